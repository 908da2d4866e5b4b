import { ok, ResultAsync } from 'neverthrow'
import type { Report } from '../model/events.ts'
import { readAnswer, saysNotFound, type Decode } from './answer.ts'
import type { GatewayError } from './errors.ts'
import { describeFailure } from './failure.ts'
import type { Removal, RequestOptions } from './gateway.ts'
import { readListing, type Collection, type Identified, type Listing } from './listing.ts'
import { readRemoval } from './removal.ts'
import type { Answered, Body, Call, Requests, Retrying } from './requests.ts'

/** A kind of thing that the account has several of: where they are, and how they read. */
export interface Resource<Item extends Identified> extends Collection<Item> {
  readonly decodeOne: Decode<Item>
  /** The code that refuses to delete one that something refers to. The status that comes with it is not documented. */
  readonly inUse: string
}

/** What requests go through, and where it is told that a read is tried again. */
export interface Wire {
  readonly requests: Requests
  readonly report: Report
}

export interface Write extends RequestOptions {
  readonly retrying: Retrying
}

/** All there are, newest first. @returns err when any page could not be had */
export function listAll<Item extends Identified>(
  { requests, report }: Wire,
  collection: Collection<Item>,
  { priority = 'backlog', signal }: RequestOptions,
): ResultAsync<Listing<Item>, GatewayError> {
  const retrying = retryingRead(report)
  return new ResultAsync(readListing(collection, (call) => requests.send(call, { lane: priority, signal }, retrying)))
}

/** @returns undefined where the gateway says that there is none */
export function findOne<Item extends Identified>(
  { requests, report }: Wire,
  { path, decodeOne }: Resource<Item>,
  id: string,
  { priority = 'backlog', signal }: RequestOptions,
): ResultAsync<Item | undefined, GatewayError> {
  const call: Call<Item | undefined> = {
    kind: 'read',
    method: 'GET',
    path: pathOf(path, id),
    read: (answer, secret) => (saysNotFound(answer) ? ok(undefined) : readAnswer(answer, decodeOne, secret)),
  }
  return new ResultAsync(requests.send(call, { lane: priority, signal }, retryingRead(report))).map(({ value }) => value)
}

/** A write that is answered with what it makes of one. @param path below the API's URL */
export function writeOne<Item extends Identified>(
  { requests }: Wire,
  { decodeOne }: Resource<Item>,
  request: { readonly method: 'POST' | 'PATCH'; readonly path: string; readonly body: () => Body },
  { priority = 'backlog', signal, retrying }: Write,
): ResultAsync<Answered<Item>, GatewayError> {
  const call: Call<Item> = { kind: 'write', ...request, read: (answer, secret) => readAnswer(answer, decodeOne, secret) }
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

/** Where one of a collection is. */
export function pathOf(collection: string, id: string): string {
  return `${collection}/${encodeURIComponent(id)}`
}

function retryingRead(report: Report): Retrying {
  return (error, attempt, delayMs) => report({ event: 'gateway.retrying', attempt, delayMs, ...describeFailure(error) })
}
