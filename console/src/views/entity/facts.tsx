import { pathTo } from '../../router.ts'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { When } from '../../ui/when.tsx'
import { ExplainButton } from './explain-button.tsx'
import { type EntityAnswer, Value } from './value.tsx'

interface Props {
  world: string
  entity: EntityAnswer
  explain(field: string): void
}

export const Facts = ({ world, entity, explain }: Props) => {
  const { id, name, classType, archetype, tags, fluxPosition, seq, createdAt, updatedAt, position, physics } =
    entity
  return (
    <Panel title={name} tools={<a href={pathTo(world, 'space', [], { select: id })}>Show in space</a>}>
      <dl class="facts">
        <dt>Class</dt>
        <dd>{classType}</dd>
        <dt>Name</dt>
        <dd>
          {name} <ExplainButton field="name" explain={explain} />
        </dd>
        <dt>Tags</dt>
        <dd>{tags.length === 0 ? <span class="none">none</span> : tags.join(', ')}</dd>
        <dt>Archetype</dt>
        <dd>{archetype || <span class="none">none</span>}</dd>
        <dt>Flux position</dt>
        <dd>
          <Figure value={fluxPosition} />
        </dd>
        <dt>Written position</dt>
        <dd>
          <Value value={position} /> <ExplainButton field="position" explain={explain} />
        </dd>
        <dt>Seq</dt>
        <dd data-testid="seq">
          <Figure value={seq} />
        </dd>
        <dt>Created</dt>
        <dd>
          <When time={createdAt} />
        </dd>
        <dt>Changed</dt>
        <dd>
          <When time={updatedAt} />
        </dd>
      </dl>
      <h3>Physics</h3>
      {physics === null ? (
        <p class="notice">{absences[entity.physicsAbsence ?? 'no-body']}</p>
      ) : (
        <dl class="facts">
          <dt>Tick</dt>
          <dd>
            <Figure value={physics.tick} />
          </dd>
          <dt>Position</dt>
          <dd>
            <Value value={physics.position} />
          </dd>
          <dt>Velocity</dt>
          <dd>
            <Value value={physics.velocity} />
          </dd>
          <dt>Activity</dt>
          <dd>
            <Figure value={physics.activity} />
          </dd>
        </dl>
      )}
    </Panel>
  )
}

const absences = {
  'no-body': 'It has no body.',
  'not-asked': 'Not asked for.',
  'not-retained': 'No checkpoint is that old any more.',
  unavailable: 'No physics service can answer now.',
}
