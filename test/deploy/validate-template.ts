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
  const scope = 'test/20260101/us-east-1/cloudformation/aws4_request'
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`
  const response = await fetch(endpoint, { method: 'POST', headers: { authorization }, body })
  if (response.ok) return []
  const text = await response.text()
  const list = /Unrecognized resource types: \[([^\]]*)\]/.exec(text)?.[1]
  if (list === undefined) throw new Error(`the endpoint answers ${response.status}: ${text}`)
  return list.split(', ').sort()
}
