import { expect, it } from 'vitest'
import type { EventData, WorldEvent } from '#world/event'
import { defaultWorldSettings } from '#world/settings'
import { committed, created, settings } from '../../test/support/physics-events.ts'
import { lacksEntries, settingsAfter } from './commit-entries.ts'

const bare = (layer = 'atomic'): WorldEvent => {
  const event = committed(1, 10, {}, { layer })
  const { entries, ...data } = event.data as EventData['commit.entries.v1']
  return { ...event, data } as WorldEvent
}

const coupled = settingsAfter(defaultWorldSettings, settings({ gammaCoupling: 1 }))

it('a commit without entries lacks them only where bodies act on them, by the settings that hold at it', () => {
  expect(lacksEntries(defaultWorldSettings, [bare()])).toBe(false)
  expect(lacksEntries(coupled, [created('a', [0, 0, 0]), bare()])).toBe(true)
  expect(lacksEntries(coupled, [bare('planetary'), committed(1, 10, { '0:0:0:0': 1 })])).toBe(false)
  expect(lacksEntries(defaultWorldSettings, [settings({ gammaCoupling: 1 }), bare()])).toBe(true)
  expect(lacksEntries(defaultWorldSettings, [bare(), settings({ gammaCoupling: 1 })])).toBe(false)
  expect(lacksEntries(coupled, [settings({ gammaCoupling: 0 }), bare()])).toBe(false)
})
