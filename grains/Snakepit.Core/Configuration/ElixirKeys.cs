using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>Keys of the Elixir system that have no option of the same meaning here, and what to write instead. Pure.</summary>
public static class ElixirKeys
{
    private const string Entry = "it belongs to an entry of Pools";
    private const string Reconciled = "replacement follows from events and its back-off is fixed: leave it out";
    private const string OneByOne = "a supervisor of each shard replaces workers one by one, with a fixed back-off: leave it out";
    private const string Breaker = "the breaker of each pool is CrashBarrier:BreakerCrashes, BreakerWindow and BreakerPause";
    private const string Sockets = "workers are reached by unix sockets: leave it out";
    private const string Marks = "orphans are known by records and marks, never by a command line: leave it out";
    private const string Exits = "the way a worker ended is in the error, and every crash taints its slot: leave it out";
    private const string Door = "metrics are at /metrics of the HTTP door: leave it out";
    private const string Packages = "packages are installed by 'snakepit setup', not at the start of a silo: leave it out";
    private const string Recycled = "recycling follows from events and a reminder: leave it out";
    private const string Ends = "the end of a process is noticed when it happens: leave it out";
    private const string Batches = "StartupBatchSize and StartupBatchDelay of an entry of Pools say it";
    private const string Retries = "crashes have CrashBarrier:RetryBackoff, and docs/resilience.md has retries of your own: leave it out";
    private const string Tests = "it belongs to tests, and Snakepit.Testing is for them: leave it out";
    private const string Interpreter =
        "PythonExecutable names the interpreter, and 'snakepit setup' makes one with an adapter's packages";
    private const string Traces = "the activity source is Snakepit: leave it out";
    private const string WorkerLevel = "write Logging:LogLevel:Snakepit.Workers beside the section Snakepit";
    private const string Strategy =
        "a worker takes ThreadsPerWorker calls with WorkerProfile thread, else WorkerCapacity; docs/threads.md has the strategies";

    /// <summary>Adapter modules of the Elixir system begin so; they are its side of the link, and no Python.</summary>
    private const string HostAdapters = "Snakepit.Adapters.";

    /// <summary>
    /// What to write, by the key in our spelling. Some have the section in front, because the name alone may mean something else; * at the
    /// end stands for any text.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Instead { get; } = new Dictionary<string, string>
    {
        ["PoolingEnabled"] = "a silo without Pools runs no workers, and Roles say which pools it runs: leave it out",
        ["PoolConfig"] = "what it has belongs to an entry of Pools",
        ["Snakepit:PoolSize"] = Entry,
        ["DefaultPoolSize"] = "PoolSize of each entry of Pools says it",
        ["Snakepit:AdapterModule"] = Entry,
        ["Snakepit:AdapterArgs"] = Entry,
        ["PoolStartupBatchSize"] = "StartupBatchSize of an entry of Pools says it",
        ["PoolStartupBatchDelayMs"] = "StartupBatchDelay of an entry of Pools says it",
        ["ConfigDefaultBatch*"] = Batches,
        ["ConfigDefaultThreadsPerWorker"] = "ThreadsPerWorker of an entry of Pools says it",
        ["PoolMaxCancelledEntries"] = "a cancelled call leaves the queue at once: leave it out",
        ["PoolCancelledRetentionMultiplier"] = "a cancelled call leaves the queue at once: leave it out",
        ["AdapterSpec"] = "write AdapterModule",
        ["PingFun"] = Tests,
        ["TestPid"] = Tests,
        ["TestMode"] = "it lowers a level of the log: write Logging:LogLevel beside the section Snakepit",
        ["DefaultCommandTimeout"] = "write GrpcCommandTimeout",
        ["GrpcWorkerHealthCheckInterval"] = "write Heartbeat:PingInterval",
        ["GrpcClientExecuteTimeout"] = "pings have Heartbeat:Timeout: leave it out",
        ["ShutdownMarginMs"] = "a worker is killed at the end of GracefulShutdownTimeout: leave it out",
        ["ExecutorBatchTimeout"] = "ManyCallsOptions.Call of the program has the budget of each call: leave it out",
        ["HeartbeatPingIntervalMs"] = "write Heartbeat:PingInterval",
        ["HeartbeatTimeoutMs"] = "write Heartbeat:Timeout",
        ["HeartbeatMaxMissed"] = "write Heartbeat:MaxMissed",
        ["HeartbeatInitialDelayMs"] = "write Heartbeat:InitialDelay",
        ["PoolMaxWorkers"] = "PoolSize and MaxSize of a pool end at 1,000: leave it out",
        ["MaxWorkers"] = "PoolSize is the number of workers, and MaxSize the most of a pool that scales itself",
        ["DefaultWorkerProfile"] = "WorkerProfile of each entry of Pools says it",
        ["CapacityStrategy"] = Strategy,
        ["DefaultCapacityStrategy"] = Strategy,
        ["Affinity"] = "sessions are a hint: a busy worker's session moves, and tool and caller are told. Leave it out",
        ["ThreadSafetyChecks"] = "an adapter says __thread_safe__ = True itself: leave it out",
        ["RequestTimeout"] = "write PoolRequestTimeout",
        ["LogLevel"] = "write Logging:LogLevel:Default beside the section Snakepit",
        ["LogCategories"] = "write levels by category into Logging:LogLevel beside the section Snakepit; docs/log.md has the categories",
        ["Lifecycle*"] = Recycled,
        ["CleanupRetryIntervalMs"] = Ends,
        ["CleanupMaxRetries"] = Ends,
        ["CleanupPollIntervalMs"] = Ends,
        ["ProcessRegistry*"] = "a record of each worker goes with its process: leave it out",
        ["PoolReconcile*"] = Reconciled,
        ["WorkerStarter*"] = OneByOne,
        ["WorkerSupervisor*"] = OneByOne,
        ["CrashBarrier:MaxRestarts"] = "write MaxRetries",
        ["CrashBarrier:TaintDurationMs"] = "write Taint",
        ["CrashBarrier:BackoffMs"] = "write RetryBackoff; it is one duration that doubles with each retry",
        ["CrashBarrier:MarkOn"] = Exits,
        ["CrashBarrier:TaintOn*"] = Exits,
        ["CrashBarrier:TaintDevice*"] = Exits,
        ["CrashBarrier:RetryIdempotent"] = "write Retry: idempotent or never",
        ["CrashBarrier:WindowSeconds"] = "storms of crashes have BreakerWindow: leave it out",
        ["CrashBarrierMaxRestarts"] = "write CrashBarrier:MaxRetries",
        ["CrashBarrierTaintDurationMs"] = "write CrashBarrier:Taint",
        ["CrashBarrierBackoffMs"] = "write CrashBarrier:RetryBackoff; it is one duration that doubles with each retry",
        ["CrashBarrierCheckoutTimeout"] = "a call that is tried again waits for PoolQueueTimeout: leave it out",
        ["RetryMaxAttempts"] = "write MaxAttempts into the section Snakepit:Client of the program that calls",
        ["RetryBackoffSequence"] = Retries,
        ["RetryBaseBackoffMs"] = Retries,
        ["RetryMaxBackoffMs"] = Retries,
        ["RetryBackoffMultiplier"] = Retries,
        ["RetryJitterFactor"] = Retries,
        ["CircuitBreaker*"] = Breaker,
        ["HealthMonitor*"] = Breaker,
        ["AffinityCacheTtlSeconds"] = "SessionTtl says how long a shard knows a session's worker: leave it out",
        ["SessionStore"] = "SessionTtl and MaxSessions say it",
        ["SessionCleanupInterval"] = "sessions end at SessionTtl by themselves: leave it out",
        ["SessionWarningThreshold"] = "at MaxSessions the session that has been idle for longest is forgotten: leave it out",
        ["ProcessGroupKill"] = "process groups are always ended: leave it out",
        ["CleanupOnStop"] = "a stop always ends its workers: leave it out",
        ["CleanupOnStopTimeoutMs"] = "write GracefulShutdownTimeout",
        ["RogueCleanupScripts"] = Marks,
        ["RogueCleanupRunMarkers"] = Marks,
        ["RogueCleanup:Scripts"] = Marks,
        ["RogueCleanup:RunMarkers"] = Marks,
        ["GrpcListener*"] = Sockets,
        ["GrpcPort*"] = Sockets,
        ["GrpcHost"] = Sockets,
        ["GrpcNumAcceptors"] = Sockets,
        ["GrpcStream*"] = Sockets,
        ["GrpcInternalHost"] = Sockets,
        ["GrpcMaxConnections"] = Sockets,
        ["GrpcSocketBacklog"] = Sockets,
        ["ElixirAddress"] = Sockets,
        ["GrpcRequestLogging"] = "SlowCallThreshold logs slow calls: leave it out",
        ["GrpcLogLevel"] = WorkerLevel,
        ["LogPythonOutput"] = WorkerLevel,
        ["TelemetryLogLevel"] = "no handler writes events to the log: leave it out",
        ["LibraryMode"] = "levels are those of Logging beside the section Snakepit: leave it out",
        ["PythonThreadLimits"] = "write OMP_NUM_THREADS and the like into AdapterEnv of a pool",
        ["Python"] = Interpreter,
        ["PythonRuntime"] = Interpreter,
        ["RequirePython*"] = "both profiles run with Python 3.10 and later: leave it out",
        ["EnvDoctor*"] = "'snakepit doctor' looks at the environment: leave it out",
        ["Bootstrap*"] = Packages,
        ["Environment"] = Packages,
        ["PythonPackages"] = Packages,
        ["AutoInstallPythonDeps"] = Packages,
        ["Prometheus:Port"] = Door,
        ["Prometheus:Ip"] = Door,
        ["Prometheus:Name"] = Door,
        ["Prometheus:Protocol"] = Door,
        ["EnableOtlp*"] = "an endpoint of OpenTelemetry:Exporters:Otlp is enough: leave it out",
        ["OpenTelemetry:TracerId"] = Traces,
        ["OpenTelemetry:SkipRuntime*"] = Traces,
        ["OpenTelemetry:Force*"] = Traces,
        ["Otlp:Enabled"] = "an endpoint is enough: leave it out",
        ["Otlp:Headers"] = "they are credentials: set the variable OTEL_EXPORTER_OTLP_HEADERS",
        ["ZeroCopy"] = "bytes travel beside the JSON by themselves: leave it out",
    };

    private static readonly (string Pattern, string Instead)[] Patterns =
        [.. Instead.Select(pair => ($":{UnknownOption.Plain(pair.Key)}", pair.Value))];

    /// <summary>What to write instead of a key; null when it is none of the Elixir system's.</summary>
    /// <param name="path">The key with its sections, for example <c>Snakepit:Pools:0:CapacityStrategy</c>.</param>
    internal static string? For(string path)
    {
        var plain = $":{UnknownOption.Plain(path)}";
        return Array.Find(Patterns, entry => Fits(entry.Pattern, plain)).Instead;
    }

    /// <summary>What is wrong with a pool whose adapter module is one of the Elixir system; null when it is not.</summary>
    internal static string? AdapterFlaw(PoolOptions pool) =>
        pool.AdapterModule?.StartsWith(HostAdapters, StringComparison.Ordinal) is not true ? null
        : "a module of the Elixir system, not of Python; "
            + (pool.AdapterArgs.Contains("--adapter")
                ? "leave it out, because AdapterArgs name the adapter"
                : "write the Python class, for example myapp.adapter.MainAdapter");

    /// <summary>Compares as many names at the end of the path as the pattern has.</summary>
    private static bool Fits(string pattern, string plain)
    {
        var names = plain.Split(':');
        var end = $":{string.Join(':', names.TakeLast(pattern.Count(letter => letter == ':')))}";
        return pattern.EndsWith('*') ? end.StartsWith(pattern[..^1], StringComparison.Ordinal) : end == pattern;
    }
}
