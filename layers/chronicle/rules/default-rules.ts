import type { Rule } from './rule.ts'

/** Which roles of actors the roles of a rule mean, where the rule does not say: the first that an actor has. */
export const defaultRoles: Record<string, string[]> = {
  agent: ['agent', 'subject', 'actor', 'initiator', 'protagonist'],
  target: ['target', 'object', 'patient', 'victim'],
  recipient: ['recipient', 'receiver', 'beneficiary', 'target'],
  from: ['from', 'source', 'owner', 'giver', 'seller', 'victim'],
  place: ['destination', 'place', 'location'],
  group: ['group', 'faction', 'organisation', 'organization', 'party', 'target', 'object'],
  item: ['item'],
  // whom an event without an agent happens to
  sufferer: ['target', 'victim', 'patient', 'object', 'subject', 'agent'],
}

const rule = (
  action: string,
  synonyms: string,
  effects: Rule['effects'],
  roles: Rule['roles'] = {},
): Rule => ({
  action,
  synonyms: synonyms.split(' '),
  roles,
  effects,
})

/** How much an event does that does not say it. */
const defaultHealth = 10

/** What the actions of a world do that has no rules of its own. */
export const defaultRules: Rule[] = [
  rule(
    'moved',
    'moves travelled traveled travels went goes walked ran rode sailed flew arrived arrives entered enters reached returned journeyed fled left-for came visited marched climbed',
    [{ do: 'locate', of: 'agent' }],
  ),
  rule(
    'acquired',
    'acquires obtained obtains took takes found finds bought purchased received receives won earned stole steals seized looted collected gathered picked-up inherited claimed captured',
    [
      { do: 'remove-items', of: 'from' },
      { do: 'add-items', of: 'agent' },
    ],
  ),
  rule(
    'lost',
    'loses dropped drops misplaced discarded abandoned consumed ate drank spent used-up threw-away forfeited broke',
    [{ do: 'remove-items', of: 'agent' }],
  ),
  rule(
    'gave',
    'gives handed handed-over offered donated presented lent delivered sent passed bestowed returned-to sold sells traded bequeathed',
    [
      { do: 'remove-items', of: 'agent' },
      { do: 'add-items', of: 'recipient' },
    ],
  ),
  rule(
    'damaged',
    'damages hurt hurts injured injures wounded wounds attacked attacks hit hits struck strikes stabbed shot burned beat poisoned bit slashed',
    [{ do: 'change-health', of: 'sufferer', amount: { data: 'amount', default: defaultHealth, times: -1 } }],
    { sufferer: ['target', 'victim', 'patient', 'object'] },
  ),
  rule(
    'healed',
    'heals cured cures treated tended restored recovered recovers mended bandaged revived rested',
    [{ do: 'change-health', of: 'sufferer', amount: { data: 'amount', default: defaultHealth } }],
  ),
  rule('died', 'dies perished perishes passed-away fell-in-battle expired succumbed', [
    { do: 'set-health', of: 'sufferer', amount: 0 },
    { do: 'set-status', of: 'sufferer', state: 'dead' },
  ]),
  rule(
    'killed',
    'kills slew slain murdered murders executed assassinated',
    [
      { do: 'set-health', of: 'sufferer', amount: 0 },
      { do: 'set-status', of: 'sufferer', state: 'dead' },
    ],
    { sufferer: ['target', 'victim', 'patient', 'object'] },
  ),
  rule(
    'born',
    'was-born hatched awoke came-to-life resurrected',
    [{ do: 'set-status', of: 'born', state: 'alive' }],
    { born: ['child', 'target', 'subject', 'agent'] },
  ),
  rule('joined', 'joins enlisted enrolled allied-with swore-allegiance-to became-member-of was-admitted-to', [
    { do: 'relate', from: 'agent', to: 'group', type: 'member-of', strength: 1 },
  ]),
  rule('left', 'leaves quit resigned deserted defected departed-from was-expelled-from withdrew-from', [
    { do: 'unrelate', from: 'agent', to: 'group', type: 'member-of' },
  ]),
  rule(
    'created',
    'creates made makes built builds forged crafted founded established wrote painted brewed constructed',
    [{ do: 'set-status', of: 'made', state: 'exists' }],
    { made: ['target', 'object', 'item', 'place', 'group'] },
  ),
  rule(
    'destroyed',
    'destroys demolished ruined razed shattered burned-down wrecked sank dismantled annihilated',
    [{ do: 'set-status', of: 'unmade', state: 'destroyed' }],
    { unmade: ['target', 'object', 'item', 'place', 'group'] },
  ),
]
