// APIs of AWS for which there is no client among the dependencies: the tests need a call or two of each.

/** An emulator reads the service and the account out of it and checks no signature. */
const authorization = (service: string): string => {
  const scope = `test/20260101/us-east-1/${service}/aws4_request`
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`
}

/** The lines that the group of CloudWatch Logs holds, oldest first. */
export const readLog = async (endpoint: string, logGroupName: string): Promise<string[]> => {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: authorization('logs'),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
    },
    body: JSON.stringify({ logGroupName }),
  })
  const { events } = (await response.json()) as { events: { message: string }[] }
  return events.map(({ message }) => message)
}

/**
 * Invokes a Lambda function and answers what it answers.
 *
 * @throws Error with what the function says where it fails
 */
export const invoke = async (endpoint: string, name: string, event: object): Promise<unknown> => {
  const response = await fetch(`${endpoint}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers: { authorization: authorization('lambda') },
    body: JSON.stringify(event),
  })
  const text = await response.text()
  if (!response.ok || response.headers.has('x-amz-function-error')) throw new Error(`${name} fails: ${text}`)
  return JSON.parse(text)
}

/**
 * Which of the resource types the endpoint's CloudFormation does not know, by its own word, in order of name.
 *
 * @throws Error with its answer where it is neither that they are all known nor which are not
 */
export const refusedTypes = async (endpoint: string, types: string[]): Promise<string[]> => {
  const Resources = Object.fromEntries(types.map((Type, index) => [`R${index}`, { Type }]))
  const body = new URLSearchParams({
    ...{ Action: 'ValidateTemplate', Version: '2010-05-15' },
    TemplateBody: JSON.stringify({ Resources }),
  })
  const headers = { authorization: authorization('cloudformation') }
  const response = await fetch(endpoint, { method: 'POST', headers, body })
  if (response.ok) return []
  const text = await response.text()
  const list = /Unrecognized resource types: \[([^\]]*)\]/.exec(text)?.[1]
  if (list === undefined) throw new Error(`the endpoint answers ${response.status}: ${text}`)
  return list.split(', ').sort()
}

/** The credentials of a role, as the environment of a process that has it holds them. */
export const assumeRole = async (endpoint: string, roleArn: string): Promise<Record<string, string>> => {
  const body = new URLSearchParams({
    ...{ Action: 'AssumeRole', Version: '2011-06-15' },
    ...{ RoleArn: roleArn, RoleSessionName: 'task' },
  })
  const headers = { authorization: authorization('sts') }
  const response = await fetch(endpoint, { method: 'POST', headers, body })
  const text = await response.text()
  const field = (name: string): string => {
    const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1]
    if (value === undefined) throw new Error(`${roleArn} cannot be assumed: ${response.status} ${text}`)
    return value
  }
  return {
    AWS_ACCESS_KEY_ID: field('AccessKeyId'),
    AWS_SECRET_ACCESS_KEY: field('SecretAccessKey'),
    AWS_SESSION_TOKEN: field('SessionToken'),
  }
}
