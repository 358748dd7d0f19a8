import { isAbsolute, posix, sep } from "node:path";
import picomatch from "picomatch";
import { pathFrom } from "../model/paths.js";

/**
 * Matches absolute paths by globs that start at `cwd`, or are absolute. Paths are compared as they are seen from `cwd`: a folder's own
 * name may have any characters. `below`: what begins with a dot counts, too, and a name without wildcards means what is below it.
 */
export function fileMatcher(globs: readonly string[], cwd: string, { below }: { readonly below: boolean }): (path: string) => boolean {
  const written = globs.map((glob) => glob.replaceAll("\\", "/")).map((glob) => (isAbsolute(glob) ? glob : posix.normalize(glob)).replace(/(?<=.)\/+$/u, ""));
  const meant = below ? written.flatMap((glob) => (picomatch.scan(glob).isGlob ? [glob] : [glob, posix.join(glob, "**")])) : written;
  const matching = (some: readonly string[]): ((path: string) => boolean) => {
    const matches = picomatch([...some], { dot: below, nonegate: true });
    return (path) => some.length > 0 && matches(path);
  };
  const [inside, anywhere] = [matching(meant.filter((glob) => !isAbsolute(glob))), matching(meant.filter((glob) => isAbsolute(glob)))];
  return (path) => inside(pathFrom(cwd, path) || ".") || anywhere(path.split(sep).join("/"));
}
