import './studies.css';
import { useQuery } from '@tanstack/react-query';
import { isOffline } from '../../client/offline-mode.ts';
import { studiesQuery } from '../../client/queries.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { InvestigationList } from '../investigation/investigation-list.tsx';
import { ExampleCard } from './example-card.tsx';
import { FirstVisit } from './first-visit.tsx';
import { StudyCardView } from './study-card.tsx';

/** All studies of the store; where there is none, what Informant does and how to begin. */
export function StudiesScreen() {
  const query = useQuery(studiesQuery());
  const isEmpty = query.data?.studies.length === 0;
  return (
    <Screen title={isEmpty ? 'Welcome to Informant' : 'Studies'}>
      <Loaded query={query} what="Reading the store">
        {({ studies, examples, storeDir, toolVersion, readOnly }) => {
          const started = new Set(studies.map(({ id }) => id));
          const left = examples.filter(({ id }) => !started.has(id));
          return (
            <>
              {studies.length === 0 ? (
                <FirstVisit examples={examples} />
              ) : (
                <ul className="cards">
                  {studies.map((study) => (
                    <StudyCardView key={study.id} study={study} />
                  ))}
                </ul>
              )}
              {studies.length > 0 && left.length > 0 && (
                <section>
                  <h2>Start another</h2>
                  <ul className="cards">
                    {left.map((example) => (
                      <ExampleCard key={example.id} example={example} />
                    ))}
                  </ul>
                </section>
              )}
              <InvestigationList />
              <p className="soft small store-line">
                {isOffline() ? (
                  'Exported with'
                ) : (
                  <>
                    Store <code>{storeDir}</code>
                    {readOnly ? ', read-only' : ''} ·
                  </>
                )}{' '}
                Informant {toolVersion}
              </p>
            </>
          );
        }}
      </Loaded>
    </Screen>
  );
}
