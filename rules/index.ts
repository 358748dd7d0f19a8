import noUnusedActions from "./no-unused-actions.js";

/** Every rule of the plugin, by name. */
export default {
  "no-unused-actions": noUnusedActions,
};
