/** What the engine is told of a job's container, whole: nothing that people write becomes a setting. */
import assert from 'node:assert/strict';
import { type ContainerPlan, containerSettings } from '../../../server/adapters/docker/containerSettings.ts';
import { jobScript, secretsText } from '../../../server/adapters/docker/jobScript.ts';

const plan: ContainerPlan = {
  name: 'flywheel-s-r',
  serverId: 's',
  runId: 'r',
  image: 'python:3.13-slim',
  command: '--privileged; $(echo hostile)',
  folder: 'src',
  variables: { MLFLOW_RUN_ID: 'r', LINES: 'a\nPidMode=host' },
  limits: { cpus: 1.5, memoryMiB: 1024, maxMinutes: 30, gpus: 1, sharedMemoryMiB: 256, diskMiB: 2048, internet: false },
  lastLine: '# end',
  network: { name: 'flywheel-s-closed', gateway: '10.0.0.1' },
  logLimitMiB: 1024,
  gpus: { ids: ['GPU-1'], driver: 'nvidia' },
  readOnlySystem: true,
  diskQuota: true,
  ports: [],
  programs: [],
  listenOn: '0.0.0.0',
};

describe('the settings of a container', () => {
  it('are these and no others', () => {
    const { Cmd, Env, HostConfig, ...rest } = containerSettings(plan);
    assert.deepEqual(Cmd, [
      '-c',
      jobScript,
      'flywheel',
      '# end',
      '/flywheel/work/src',
      '--privileged; $(echo hostile)',
    ]);
    assert.deepEqual(Env, [
      'HOME=/flywheel/home',
      'TMPDIR=/flywheel/tmp',
      'USER=flywheel',
      'LOGNAME=flywheel',
      'OMP_NUM_THREADS=1',
      'MKL_NUM_THREADS=1',
      'OPENBLAS_NUM_THREADS=1',
      'NUMEXPR_NUM_THREADS=1',
      'NVIDIA_VISIBLE_DEVICES=GPU-1',
      'MLFLOW_RUN_ID=r',
      'LINES=a\nPidMode=host',
    ]);
    assert.deepEqual(HostConfig, {
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      ReadonlyRootfs: true,
      PidsLimit: 4096,
      Memory: 1_073_741_824,
      MemorySwap: 1_073_741_824,
      NanoCpus: 1_500_000_000,
      ShmSize: 268_435_456,
      IpcMode: 'private',
      NetworkMode: 'flywheel-s-closed',
      ExtraHosts: ['flywheel.internal:10.0.0.1'],
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      Tmpfs: {
        '/run/flywheel': 'rw,noexec,nosuid,nodev,size=1m,mode=0700,uid=1000,gid=1000',
        '/tmp': 'rw,nosuid,nodev,size=256m,mode=1777',
      },
      Mounts: [
        {
          Type: 'volume',
          Source: '',
          Target: '/flywheel',
          VolumeOptions: {
            NoCopy: true,
            Labels: { 'flywheel.server': 's', 'flywheel.run': 'r' },
            DriverConfig: { Name: 'local', Options: { size: '2048m' } },
          },
        },
      ],
      LogConfig: { Type: 'local', Config: { 'max-size': '512m', 'max-file': '2' } },
      DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: ['GPU-1'], Capabilities: [['gpu']] }],
      StorageOpt: { size: '2048m' },
    });
    assert.deepEqual(rest, {
      name: 'flywheel-s-r',
      Image: 'python:3.13-slim',
      User: '1000:1000',
      WorkingDir: '/flywheel',
      Entrypoint: ['/bin/sh'],
      Labels: {
        'flywheel.server': 's',
        'flywheel.run': 'r',
        'flywheel.folder': 'src',
        'flywheel.memory-mib': '1024',
        'flywheel.max-minutes': '30',
        'flywheel.gpus': 'GPU-1',
      },
      Healthcheck: { Test: ['NONE'] },
      StopSignal: 'SIGTERM',
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: false,
      AttachStderr: false,
      Tty: false,
    });
  });

  it('have a volume that outlives the job beside its own, and the ports that were asked for', () => {
    const program = { variable: 'CODE', volume: 'flywheel-s-program-1', folder: '/opt/p', path: '/opt/p/start' };
    const volume = { id: '0123456789abcdef', name: 'flywheel-s-kept-0123456789abcdef' };
    const { HostConfig, Env, Labels, Cmd } = containerSettings({
      ...plan,
      volume,
      folder: '',
      ports: ['tool', 'debug'],
      programs: [program],
    });
    assert.deepEqual(HostConfig?.Mounts?.[1], {
      Type: 'volume',
      Source: volume.name,
      Target: '/workspace',
      VolumeOptions: {
        NoCopy: true,
        Labels: { 'flywheel.server': 's', 'flywheel.volume': volume.id },
        DriverConfig: { Name: 'local', Options: { size: '2048m' } },
      },
    });
    const named = ['FLYWHEEL_HOME=/workspace/home', 'FLYWHEEL_PORT_TOOL=21000', 'FLYWHEEL_PORT_DEBUG=21001'];
    for (const variable of ['HOME=/workspace/home', 'FLYWHEEL_HOST_TOOL=0.0.0.0', ...named]) {
      assert.ok(Env?.includes(variable), variable);
    }
    assert.deepEqual([Labels?.['flywheel.volume'], Labels?.['flywheel.ports']], [volume.id, 'tool,debug']);
    const { Source, Target, ReadOnly } = HostConfig?.Mounts?.[2] ?? {};
    assert.deepEqual([Source, Target, ReadOnly], [program.volume, program.folder, true]);
    assert.ok(Env?.includes('CODE=/opt/p/start'));
    assert.equal(Cmd?.[4], '/workspace/work');
    assert.equal(HostConfig?.PortBindings, undefined);
    assert.throws(() => containerSettings({ ...plan, ports: ['TOOL=1'] }), /not usable/);
  });

  it('give no device where the engine only knows names, and no size where it cannot hold to one', () => {
    const gpus = { ids: ['GPU-1'], driver: 'named' } as const;
    const { HostConfig, Env } = containerSettings({ ...plan, gpus, diskQuota: false });
    assert.deepEqual([HostConfig?.DeviceRequests, HostConfig?.StorageOpt], [undefined, undefined]);
    assert.ok(Env?.includes('NVIDIA_VISIBLE_DEVICES=GPU-1'));
  });

  it('refuse a variable that is none', () => {
    for (const name of ['A=B', 'A B', '', '1A', 'A\nB']) {
      assert.throws(() => containerSettings({ ...plan, variables: { [name]: 'x' } }), /cannot be given/);
      assert.throws(() => secretsText({ variables: { [name]: 'x' }, files: {} }, '# end'), /cannot be given/);
    }
    assert.throws(() => containerSettings({ ...plan, variables: { A: 'x\0y' } }), /cannot be given/);
  });

  it('quote secrets for the shell', () => {
    const text = secretsText({ variables: { A: `it's\n$(x)` }, files: { KEY: 'a\nb' } }, '# end');
    assert.ok(text.includes(`export A='it'\\''s\n$(x)'\n`), text);
    assert.ok(text.includes(`printf '%s' 'a\nb' > /run/flywheel/file-KEY\nexport KEY=/run/flywheel/file-KEY\n`), text);
    assert.ok(text.endsWith('\n# end\n'));
  });
});
