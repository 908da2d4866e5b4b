import { err, ok, okAsync, type Result, ResultAsync } from 'neverthrow'
import type { Report } from '../model/events.ts'
import { isId } from '../model/id.ts'
import { isSameStamp, type Stamp } from '../model/stamp.ts'
import { readAnswer, saysNotFound, type Decode } from './answer.ts'
import type { GatewayError } from './errors.ts'
import { describeFailure } from './failure.ts'
import type { Removal, RequestOptions } from './gateway.ts'
import { readListing, type Collection, type Identified, type Listed, type Listing } from './listing.ts'
import { readRemoval } from './removal.ts'
import type { Answered, Body, Call, Requests, Retrying } from './requests.ts'

/** A kind of thing that the account has several of: where they are, and how they read. */
export interface Resource<Item extends Identified> extends Collection<Item> {
  readonly decodeOne: Decode<Item>
  /** The code that refuses to delete one that something refers to. The status that comes with it is not documented. */
  readonly inUse: string
}

/**
 * Whether an answer is about what was asked for: err, in words, where it is not. A gateway, or what stands in between, that mixes up
 * its answers must not make us take one thing for another.
 */
export type Fits<Item> = (item: Item) => Result<Item, string>

/** It has the id that was asked for. */
export function hasId<Item extends Identified>(id: string): Fits<Item> {
  return (item) => (item.id === id ? ok(item) : err('the answer is about another id than was asked for'))
}

/** It carries the stamp that was sent. @param sent what was sent last */
export function carries<Item extends { readonly stamp?: Stamp }>(sent: () => Stamp | undefined): Fits<Item> {
  return (item) => {
    const stamp = sent()
    return stamp && isSameStamp(item.stamp, stamp) ? ok(item) : err('the answer does not carry the stamp that was sent')
  }
}

/** What requests go through, and where it is told that a read is tried again. */
export interface Wire {
  readonly requests: Requests
  readonly report: Report
}

export interface WriteRequest<Item> {
  readonly method: 'POST' | 'PATCH'
  /** Below the API's URL. */
  readonly path: string
  readonly body: () => Body
  /** Asked of a success. */
  readonly fits: Fits<Item>
}

export interface Write extends RequestOptions {
  readonly retrying: Retrying
}

/** All there are, newest first. @returns err when any page could not be had */
export function listAll<Item extends Identified>(
  { requests, report }: Wire,
  listed: Listed<Item>,
  { priority = 'backlog', signal }: RequestOptions,
): ResultAsync<Listing<Item>, GatewayError> {
  const retrying = retryingRead(report)
  const { path } = listed
  return new ResultAsync(
    readListing(
      listed,
      (call) => requests.send(call, { lane: priority, signal }, retrying),
      ({ pages, items }) => report({ event: 'gateway.listing', path, pages, items }),
    ),
  )
}

/** @returns undefined where the gateway says that there is none */
export function findOne<Item extends Identified>(
  { requests, report }: Wire,
  { path, decodeOne }: Resource<Item>,
  id: string,
  { priority = 'backlog', signal }: RequestOptions,
): ResultAsync<Item | undefined, GatewayError> {
  if (!isId(id)) return okAsync(undefined) // nothing is called so, and to ask for it might ask for something else
  const call: Call<Item | undefined> = {
    kind: 'read',
    method: 'GET',
    path: pathOf(path, id),
    read: (answer, secret) =>
      saysNotFound(answer) ? ok(undefined) : readAnswer(answer, (json) => decodeOne(json).andThen(hasId(id)), secret),
  }
  return new ResultAsync(requests.send(call, { lane: priority, signal }, retryingRead(report))).map(({ value }) => value)
}

/** A write that is answered with what it makes of one. */
export function writeOne<Item extends Identified>(
  { requests }: Wire,
  { decodeOne }: Resource<Item>,
  { fits, ...request }: WriteRequest<Item>,
  { priority = 'backlog', signal, retrying }: Write,
): ResultAsync<Answered<Item>, GatewayError> {
  const call: Call<Item> = {
    kind: 'write',
    ...request,
    read: (answer, secret) => readAnswer(answer, (json) => decodeOne(json).andThen(fits), secret),
  }
  return new ResultAsync(requests.send(call, { lane: priority, signal }, retrying))
}

export function removeOne<Item extends Identified>(
  { requests }: Wire,
  { path, inUse }: Resource<Item>,
  id: string,
  { priority = 'backlog', signal, retrying }: Write,
): ResultAsync<Removal, GatewayError> {
  const call: Call<Removal> = {
    kind: 'write',
    method: 'DELETE',
    path: pathOf(path, id),
    read: (answer, secret) => readRemoval(answer, inUse, secret),
  }
  return new ResultAsync(requests.send(call, { lane: priority, signal }, retrying)).map(({ value }) => value)
}

/** Where one of a collection is. @throws Error for what is no id: it might lead elsewhere */
export function pathOf(collection: string, id: string): string {
  if (!isId(id)) throw new Error(`expected the id of something in ${collection}, got ${JSON.stringify(id)}`)
  return `${collection}/${encodeURIComponent(id)}`
}

function retryingRead(report: Report): Retrying {
  return (error, attempt, delayMs) => report({ event: 'gateway.retrying', attempt, delayMs, ...describeFailure(error) })
}
