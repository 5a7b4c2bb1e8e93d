namespace Snakepit.Core.Options;

/// <summary>One pool, as a person writes it.</summary>
public sealed record PoolOptions : TimeoutOptions
{
    /// <summary>Range of <see cref="PoolSize"/>.</summary>
    public const int SmallestSize = 1, LargestSize = 1000;

    /// <summary>Largest <see cref="CallsPerWorker"/>.</summary>
    public const int MostCallsPerWorker = 256;

    [Option("Name of the pool: lower-case letters, digits, '-', '_' and '.'.", Guide = "name")]
    public string Name { get; set; } = "";

    [Option(
        "Workers on each silo; or what the tools mostly do, for the guide's number for each processor: cpu (1), mixed (2), io (4).",
        Guide = "pool_size", Min = SmallestSize, Max = LargestSize, ByWorkload = true, DefaultText = "processor cores × 2")]
    public int PoolSize { get; set; } = Environment.ProcessorCount * 2;

    [Option(
        "Most workers on each silo of a pool that scales itself by its load. Where it is written, PoolSize does not count.",
        Min = SmallestSize, Max = LargestSize, DefaultText = "the pool does not scale itself")]
    public int? MaxSize { get; set; }

    [Option(
        "Fewest workers on each silo of a pool that scales itself, and those that it starts with. At 0 it sleeps while no call comes; a "
        + "call wakes it and waits for its first worker.",
        Min = 0, Max = LargestSize, DefaultText = "1")]
    public int? MinSize { get; set; }

    [Option(
        "Share of its workers' capacity that the load of a pool that scales itself is to take. The less, the more workers are free when "
        + "more calls come.",
        Min = 0.05, Max = 1, DefaultText = "0.7")]
    public double? TargetLoad { get; set; }

    [Option(
        "Free workers that a pool that scales itself keeps beside those that its load needs, also without load.",
        Min = 0, Max = LargestSize, DefaultText = "0")]
    public int? BufferWorkers { get; set; }

    [Option(
        "How long the load of a pool that scales itself must have been lower before workers leave.",
        Min = 1000, Max = 86_400_000, DefaultText = "5m")]
    public TimeSpan? ScaleDownAfter { get; set; }

    [Option("On which silos the pool runs.")]
    public PoolSilosOptions Silos { get; set; } = new();

    [Option("Python class or module that the workers serve, for example myapp.adapter.MainAdapter.", Guide = "adapter_module")]
    public string? AdapterModule { get; set; }

    [Option("Further arguments of the worker; may carry --adapter instead of AdapterModule.", Guide = "adapter_args")]
    public IReadOnlyList<string> AdapterArgs { get; set; } = [];

    [Option("Environment variables of the workers, as names with values or as a list of NAME=value.", Guide = "adapter_env")]
    public IReadOnlyDictionary<string, string> AdapterEnv { get; set; } = new Dictionary<string, string>();

    [Option("Variables of the silo that the workers of this pool inherit, in place of the silo's list.", DefaultText = "the silo's")]
    public IReadOnlyList<string>? InheritEnvironment { get; set; }

    [Option("Folders put in front of Python's module search path; relative ones start at the configuration file's folder.")]
    public IReadOnlyList<string> PythonPath { get; set; } = [];

    [Option("Python interpreter of this pool.", Guide = "python_executable", DefaultText = "the silo's")]
    public string? PythonExecutable { get; set; }

    [Option(
        "How the calls of one worker run: one after the other (process), or at once on threads of one process (thread). The adapter "
        + "must allow the latter by `__thread_safe__ = True`.",
        Guide = "worker_profile")]
    public WorkerProfile WorkerProfile { get; set; }

    [Option(
        "Calls that one worker of WorkerProfile thread takes and runs at once.",
        Guide = "threads_per_worker", Min = 1, Max = MostCallsPerWorker, DefaultText = "10 with WorkerProfile thread")]
    public int? ThreadsPerWorker { get; set; }

    [Option(
        "Calls in flight on one worker of WorkerProfile process. Above 1 they wait inside the worker, one after the other, and travel "
        + "together.",
        Min = 1, Max = MostCallsPerWorker)]
    public int WorkerCapacity { get; set; } = 1;

    [Option(
        "A call of the pool that takes longer is a warning in the log.",
        Min = 1, AllowInfinite = true, InMilliseconds = true, DefaultText = "the silo's")]
    public TimeSpan? SlowCallThreshold { get; set; }

    [Option(
        "Calls that may wait for a worker of the pool on each silo.",
        Guide = "pool_max_queue_size", Min = 0, Max = 1_000_000, DefaultText = "PoolMaxQueueSize of the silo")]
    public int? MaxQueueSize { get; set; }

    [Option("Workers started together.", Guide = "startup_batch_size", Min = 1, Max = 1000)]
    public int StartupBatchSize { get; set; } = 8;

    [Option("Pause between two batches of starts.", Guide = "startup_batch_delay_ms", Min = 0, Max = 600_000, InMilliseconds = true)]
    public TimeSpan StartupBatchDelay { get; set; } = TimeSpan.FromMilliseconds(750);

    [Option("Signs of life of this pool's workers.", Guide = "heartbeat")]
    public HeartbeatOptions Heartbeat { get; set; } = new();

    [Option("What this pool does about crashes.", Guide = "crash_barrier")]
    public CrashBarrierOptions CrashBarrier { get; set; } = new();

    [Option("Longest age of a worker, after which a fresh one takes its place.", Guide = "worker_ttl", Min = 100, AllowInfinite = true)]
    public TimeSpan WorkerTtl { get; set; } = Timeout.InfiniteTimeSpan;

    [Option("Most calls of a worker, after which a fresh one takes its place; 0: no limit.", Guide = "worker_max_requests", Min = 0)]
    public long WorkerMaxRequests { get; set; }

    [Option(
        "Most resident memory of a worker and its children in MB, after which a fresh one takes its place; 0: no limit.",
        Guide = "memory_threshold_mb", Min = 0, Max = 16_777_216)]
    public long MemoryThresholdMb { get; set; }

    [Option("The same as a multiple of what the worker used when it was fresh; 0: no limit.", Min = 0, Max = 1000)]
    public double MemoryGrowthFactor { get; set; }

    [Option(
        "Share of WorkerTtl and WorkerMaxRequests by which each worker's own limits are lower at most, so that workers started together "
        + "are not replaced together.",
        Min = 0, Max = 0.9)]
    public double RecycleJitter { get; set; } = 0.1;

    [Option(
        "Share of the host's processors that starting replacements may take over time. The more, the closer a busy pool keeps to its "
        + "limits; the less, the less its callers notice.",
        Min = 0.01, Max = 1)]
    public double RecycleCpuShare { get; set; } = 0.125;

    [Option(
        "How long a replaced worker that finishes its calls counts as a replacement, of which a tenth of the pool may go on at once. After "
        + "that others are replaced beside it, so a pool with long calls has more processes for a while.",
        Min = 0, AllowInfinite = true)]
    public TimeSpan RecycleHold { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How this pool scales itself; null when it does not.</summary>
    public Scaling.ScaleSpec? Scale => MaxSize is not { } most ? null : new()
    {
        MinSize = MinSize ?? 1,
        MaxSize = most,
        TargetLoad = TargetLoad ?? 0.7,
        BufferWorkers = BufferWorkers ?? 0,
        ScaleDownAfter = ScaleDownAfter ?? TimeSpan.FromMinutes(5),
    };

    /// <summary>Whether a silo of these roles runs the pool.</summary>
    public bool RunsOn(IReadOnlyList<string> roles) => Silos.Roles.All(roles.Contains);

    /// <summary>Threads of one worker that run plain tools; 1 means the main thread.</summary>
    public int Threads => WorkerProfile == WorkerProfile.Thread ? ThreadsPerWorker ?? 10 : 1;

    /// <summary>Calls in flight on one worker: as many as run at once, or with profile process as many as may wait in it.</summary>
    public int CallsPerWorker => WorkerProfile == WorkerProfile.Thread ? Threads : WorkerCapacity;

    /// <summary>Most workers that it has on a silo, unless a person gives it more.</summary>
    public int MostWorkers => MaxSize ?? PoolSize;

    /// <summary>When the workers of this pool are replaced.</summary>
    public Lifecycle.RecycleSpec Recycle => new()
    {
        Ttl = WorkerTtl == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : WorkerTtl,
        Requests = WorkerMaxRequests == 0 ? long.MaxValue : WorkerMaxRequests,
        MemoryBytes = MemoryThresholdMb == 0 ? long.MaxValue : MemoryThresholdMb << 20,
        MemoryGrowth = MemoryGrowthFactor == 0 ? double.PositiveInfinity : MemoryGrowthFactor,
        Jitter = RecycleJitter,
        CpuShare = RecycleCpuShare,
    };

    /// <summary>The same with relative folders and interpreters starting at <paramref name="folder"/>.</summary>
    public PoolOptions Rooted(string folder) => this with
    {
        PythonPath = [.. PythonPath.Select(path => Path.GetFullPath(path, folder))],
        PythonExecutable = PythonExecutable is { } python ? SnakepitOptions.RootedExecutable(python, folder) : null,
    };

    /// <summary>The adapter, wherever it was written.</summary>
    public string? Adapter
    {
        get
        {
            if (AdapterModule is not null)
                return AdapterModule;
            var args = AdapterArgs.ToList();
            var flag = args.IndexOf("--adapter");
            return flag >= 0 && flag + 1 < args.Count ? args[flag + 1] : null;
        }
    }

    /// <summary><see cref="AdapterArgs"/> without the adapter itself.</summary>
    public IReadOnlyList<string> ExtraArgs
    {
        get
        {
            var args = AdapterArgs.ToList();
            var flag = args.IndexOf("--adapter");
            if (flag >= 0)
                args.RemoveRange(flag, Math.Min(2, args.Count - flag));
            return args;
        }
    }
}
