import type { Compiler } from './compiler.ts'

// the array operators are not leakproof: under row security only the function may use their index
export const tagCondition = (compiler: Compiler, e: string, tag: string, drives: boolean): string => {
  const parameter = compiler.parameter(tag, 'text')
  return drives && compiler.moment === 'now'
    ? `${e}.entity_id IN (SELECT entities_tagged($1, ${parameter}))`
    : `(${parameter} = ANY (${e}.tags))`
}
