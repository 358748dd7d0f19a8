/** The file or directory of what is deployed as one. Of a CDK stack, which has none of its own, the file that creates it. */
export function sourceOf(place: string): string {
  return /^(.*\.[cm]?tsx?)#/u.exec(place)?.[1] ?? place;
}
