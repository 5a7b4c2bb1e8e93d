using Snakepit.Core.Ports;
using Snakepit.Core.Processes;

namespace Snakepit.Core.Options;

/// <summary>The configuration section <c>Snakepit</c>.</summary>
public sealed record SnakepitOptions : TimeoutOptions
{
    public const string Section = "Snakepit";

    [Option("The pools. The silo runs those whose roles it has (Silos:Roles); silos of a cluster may share one file.", Guide = "pools")]
    public IReadOnlyList<PoolOptions> Pools { get; set; } = [];

    [Option("What this silo is fit for, for example gpu: it runs the pools that ask for nothing else.")]
    public IReadOnlyList<string> Roles { get; set; } = [];

    [Option("Cluster and ports.")]
    public ClusterOptions Cluster { get; set; } = new();

    [Option("Name of this installation on this host; with InstanceToken it is the silo's identity.", Guide = "instance_name")]
    public string InstanceName { get; set; } = "snakepit";

    [Option("Tells apart silos of one InstanceName on one host.", Guide = "instance_token")]
    public string InstanceToken { get; set; } = "default";

    [Option("Folder for what must outlive a run.", Guide = "data_dir", DefaultText = "snakepit in the user's local data folder")]
    public string? DataDir { get; set; }

    [Option(
        "What a start does about processes that earlier runs have left on this host; false is short for Enabled: false.",
        Guide = "rogue_cleanup")]
    public RogueCleanupOptions RogueCleanup { get; set; } = new();

    [Option(
        "Python interpreter of pools that name none.",
        Guide = "python_executable", DefaultText = "SNAKEPIT_PYTHON, then the first suitable one found")]
    public string? PythonExecutable { get; set; }

    [Option("Signs of life of the workers of all pools.", Guide = "heartbeat")]
    public HeartbeatOptions Heartbeat { get; set; } = new();

    [Option("What pools do about crashes.", Guide = "crash_barrier")]
    public CrashBarrierOptions CrashBarrier { get; set; } = new();

    [Option(
        "Names of the silo's environment variables that workers inherit; * stands for any characters. What looks like a secret is "
        + "inherited only if its full name stands here.",
        DefaultText = "`*`")]
    public IReadOnlyList<string> InheritEnvironment { get; set; } = Inheritance.Default;

    [Option("How much of the workers' output goes to the log.")]
    public WorkerOutputOptions WorkerOutput { get; set; } = new();

    [Option("How long a shard remembers, after a session's latest call, which worker had it.", Guide = "session_default_ttl", Min = 1000)]
    public TimeSpan SessionTtl { get; set; } = TimeSpan.FromHours(1);

    [Option(
        "Sessions that a shard remembers; beyond that the one that has been idle for longest is forgotten.",
        Guide = "session_max_sessions", Min = 1)]
    public int MaxSessions { get; set; } = 10_000;

    [Option(
        "How long the answer to a session's first call in a shard waits, within the budget of the call, until the other shards know that "
        + "the session is no longer theirs; at 0 they are told and not waited for.",
        Min = 0, Max = 60_000, InMilliseconds = true)]
    public TimeSpan SessionNoticeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    [Option(
        "Calls that may wait for a worker on each silo, in each pool that does not say it by MaxQueueSize.",
        Guide = "pool_max_queue_size", Min = 0, Max = 1_000_000)]
    public int PoolMaxQueueSize { get; set; } = 1000;

    [Option("Who may use the HTTP door, and what it tells.")]
    public HttpOptions Http { get; set; } = new();

    [Option(
        "A call that takes longer in its shard is a warning in the log that says where its time went. Streams are left out.",
        Min = 1, AllowInfinite = true, InMilliseconds = true)]
    public TimeSpan SlowCallThreshold { get; set; } = Timeout.InfiniteTimeSpan;

    [Option("Which metrics are published.", Guide = "telemetry_metrics")]
    public TelemetryMetricsOptions TelemetryMetrics { get; set; } = new();

    [Option("Which events of adapters are taken.")]
    public PythonTelemetryOptions PythonTelemetry { get; set; } = new();

    [Option("Where metrics and traces are sent.", Guide = "opentelemetry")]
    public OpenTelemetryOptions OpenTelemetry { get; set; } = new();

    [Option("Largest body of a call, in bytes; larger ones are refused at the door.", Min = 1024, Max = 2_000_000_000)]
    public long MaxRequestBytes { get; set; } = 16 * 1024 * 1024;

    [Option("Largest result of a tool, in bytes.", Min = 1024, Max = 2_000_000_000)]
    public long MaxResultBytes { get; set; } = 64 * 1024 * 1024;

    [Option(
        "Most bytes of requests and results that the silo holds at one time, at its HTTP door and in its shards (a call at its own door "
        + "counts in both); beyond that calls are refused with 503.",
        Min = 1024)]
    public long MaxBufferedBytes { get; set; } = 512 * 1024 * 1024;

    [Option(
        "What calls travel by between silo and worker: Auto takes frames on a private socket where the system has what that needs (Linux), "
        + "and gRPC elsewhere.")]
    public LinkCarrier LinkCarrier { get; set; }

    [Option(
        "Added to the silo's own oom_score_adj in its workers and their children (Linux), so that a host that runs out of memory ends a "
        + "worker and not the silo; 0 leaves them alike, 1000 is the kernel's highest.",
        Min = 0, Max = 1000)]
    public int WorkerOomScoreAdj { get; set; } = 500;

    [Option(
        "How long running calls may go on when the silo stops, before their workers are asked to leave.",
        Min = 0, Max = 3_600_000, InMilliseconds = true)]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(3);

    [Option(
        "How long a silo that stops still answers HTTP after /health/ready has said no, so that load balancers notice; other silos run "
        + "the calls that come meanwhile. 0 where no load balancer asks; else its probe interval times its failure threshold, and one "
        + "second.",
        Min = 0, Max = 600_000, InMilliseconds = true)]
    public TimeSpan ShutdownDelay { get; set; } = TimeSpan.Zero;

    [Option("Lowest level of what Python's logging writes in a worker: debug, info, warning, error.")]
    public string PythonLogLevel { get; set; } = "info";

    /// <summary>The pools that this silo runs.</summary>
    public IEnumerable<PoolOptions> OwnPools => Pools.Where(pool => pool.RunsOn(Roles));

    /// <summary>The roles that a pool asks for; none for a pool that is not known here.</summary>
    public string[] RolesOf(string pool) => [.. Pools.FirstOrDefault(candidate => candidate.Name == pool)?.Silos.Roles ?? []];

    /// <summary>What a pool does about crashes.</summary>
    public Lifecycle.CrashBarrierSpec Barrier(PoolOptions pool) => CrashBarrierOptions.Spec(pool.CrashBarrier, CrashBarrier);

    /// <summary>The same with relative paths starting at <paramref name="folder"/>.</summary>
    public SnakepitOptions Rooted(string folder) => this with
    {
        Pools = [.. Pools.Select(pool => pool.Rooted(folder))],
        DataDir = DataDir is { } data ? Path.GetFullPath(data, folder) : null,
        PythonExecutable = PythonExecutable is { } python ? RootedExecutable(python, folder) : null,
        Cluster = Cluster.Rooted(folder),
        Http = Http.Rooted(folder),
    };

    /// <summary>A bare command name is looked up on the PATH, anything with a folder in it is a path.</summary>
    internal static string RootedExecutable(string path, string folder) =>
        Path.GetFileName(path) == path ? path : Path.GetFullPath(path, folder);
}
