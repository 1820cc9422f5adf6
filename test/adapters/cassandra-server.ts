import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'cassandra-driver'
import { freePort } from '../../scripts/local/postgres.ts'
import { interruptWhenOrphaned } from '../../scripts/local/processes.ts'
import { run } from '../deploy/run.ts'
import { until } from '../support/until.ts'
import { madeOnce, needTools } from './tools.ts'

const release = '5.0.4'

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>orrery</groupId><artifactId>cassandra</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId><version>${release}</version>
    </dependency>
  </dependencies>
</project>`

export interface LocalCassandra {
  contactPoint: string
  port: number
  stop(): Promise<void>
}

/** Cassandra from Maven's jars (66 MB, fetched once), one node with an empty keyspace `ledger`. */
export const startCassandra = async (): Promise<LocalCassandra> => {
  needTools('cassandra')
  const installed = await madeOnce(`cassandra-${release}`, async (folder) => {
    writeFileSync(join(folder, 'pom.xml'), pom)
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'lib')}`]
    await run('mvn', ['--quiet', '--batch-mode', ...goal], { cwd: folder })
  })
  const home = mkdtempSync(join(tmpdir(), 'orrery-cassandra-'))
  const [port, storagePort] = [await freePort(), await freePort()]
  writeSettings(home, port, storagePort)
  const child = spawn('java', javaArguments(home, join(installed, 'lib')), {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(join(home, 'cassandra.log'))
  for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false })
  const ended = once(child, 'close')
  void ended.then(interruptWhenOrphaned(child.pid!))
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await until('Cassandra answers', () => makeKeyspace(port), 120_000)
  } catch (error) {
    console.error(readFileSync(join(home, 'cassandra.log'), 'utf8').slice(-4_000))
    await stop()
    throw error
  }
  return { contactPoint: '127.0.0.1', port, stop }
}

const makeKeyspace = async (port: number): Promise<boolean> => {
  const options = { contactPoints: ['127.0.0.1'], localDataCenter: 'datacenter1' }
  const client = new Client({ ...options, protocolOptions: { port } })
  try {
    await client.connect()
    await client.execute(
      "CREATE KEYSPACE IF NOT EXISTS ledger WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}",
    )
    return true
  } finally {
    await client.shutdown()
  }
}

const writeSettings = (home: string, port: number, storagePort: number): void => {
  mkdirSync(join(home, 'conf'))
  const folders = ['commitlog', 'saved_caches', 'hints', 'cdc_raw']
  const settings = [
    ...['cluster_name: orrery', 'partitioner: org.apache.cassandra.dht.Murmur3Partitioner', 'num_tokens: 1'],
    ...['endpoint_snitch: SimpleSnitch', 'listen_address: 127.0.0.1', 'rpc_address: 127.0.0.1'],
    ...['start_native_transport: true', `native_transport_port: ${port}`, `storage_port: ${storagePort}`],
    // the machine may be busy with other things
    ...['cas_contention', 'write_request', 'read_request'].map((name) => `${name}_timeout: 20000ms`),
    // a write is in the log before it is answered
    ...['commitlog_sync: group', 'commitlog_sync_group_window: 1ms'],
    `data_file_directories: ['${join(home, 'data')}']`,
    ...folders.map((name) => `${name}_directory: '${join(home, name)}'`),
    'seed_provider:',
    '  - class_name: org.apache.cassandra.locator.SimpleSeedProvider',
    `    parameters: [{ seeds: '127.0.0.1:${storagePort}' }]`,
  ]
  writeFileSync(join(home, 'conf', 'cassandra.yaml'), `${settings.join('\n')}\n`)
  writeFileSync(
    join(home, 'conf', 'logback.xml'),
    `<configuration>
      <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
        <encoder><pattern>%-5level %date{ISO8601} %F:%L - %msg%n</pattern></encoder>
      </appender>
      <root level="WARN"><appender-ref ref="STDOUT"/></root>
    </configuration>`,
  )
}

/** What its start script opens to it of Java's own modules. */
const opened = [
  'java.base/java.io java.base/java.lang java.base/java.lang.module java.base/java.lang.ref java.base/java.nio',
  'java.base/java.util java.base/java.util.concurrent java.base/java.util.concurrent.atomic',
  'java.base/jdk.internal.loader java.base/jdk.internal.math java.base/jdk.internal.misc java.base/jdk.internal.module',
  'java.base/jdk.internal.ref java.base/jdk.internal.reflect java.base/jdk.internal.util.jar java.base/sun.nio.ch',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi java.rmi/sun.rmi.registry java.rmi/sun.rmi.server',
  'jdk.management/com.sun.management.internal',
]
  .join(' ')
  .split(' ')

const javaArguments = (home: string, jars: string): string[] => [
  ...['-Xms512m', '-Xmx1g', '-Djdk.attach.allowAttachSelf=true'],
  ...opened.flatMap((name) => [`--add-opens=${name}=ALL-UNNAMED`, `--add-exports=${name}=ALL-UNNAMED`]),
  `-Dcassandra.config=file://${join(home, 'conf', 'cassandra.yaml')}`,
  `-Dlogback.configurationFile=file://${join(home, 'conf', 'logback.xml')}`,
  ...[`-Dcassandra.storagedir=${home}`, `-Djava.io.tmpdir=${home}`, `-Djna.tmpdir=${home}`],
  // one node has nobody to wait for
  ...['-Dcassandra.ring_delay_ms=0', '-Dcassandra.skip_wait_for_gossip_to_settle=0'],
  ...['-cp', join(jars, '*'), 'org.apache.cassandra.service.CassandraDaemon'],
]
