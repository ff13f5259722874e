import type { Studies } from '../../../api/studies.ts';

/** What an example is: its first paragraph, and the rest for those who ask. */
export function ExampleText({
  example: { description, more },
}: {
  readonly example: Pick<Studies['examples'][number], 'description' | 'more'>;
}) {
  return (
    <>
      <p>{description}</p>
      {more.length > 0 && (
        <details>
          <summary>More</summary>
          {more.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </details>
      )}
    </>
  );
}
