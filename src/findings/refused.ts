import { basename } from "node:path";
import { badPlace } from "./bad-input.js";
import { EXPORT_DETAILS } from "./commands.js";
import type { FindingsFormat } from "./format.js";

/** As the console names what "Download JSON" gives, in a .zip with one file a policy. */
const RECOMMENDED = /-recommended-\d+-[\w.:-]*\.json$/iu;

/** Files that people take for findings and that do not say which actions are unused. They are named, and refused. */
export const refusedFormats: readonly FindingsFormat[] = [
  {
    name: "an IAM policy",
    recognises: (value) => "Statement" in value,
    read: (_value, place) => {
      const isRecommended = RECOMMENDED.test(basename(place[0]));
      throw badPlace(
        place,
        isRecommended
          ? "this is a policy that the console recommends, which does not say what is unused, nor by whom"
          : "this is an IAM policy and not a finding",
        isRecommended ? "leave the file out, and export the finding and its recommendation with get-finding-v2 and get-finding-recommendation" : EXPORT_DETAILS,
      );
    },
  },
];
