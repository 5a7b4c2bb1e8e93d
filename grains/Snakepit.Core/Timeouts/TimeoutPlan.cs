using Snakepit.Core.Options;

namespace Snakepit.Core.Timeouts;

/// <summary>A value and where it came from.</summary>
/// <param name="Value">Infinite is <see cref="Timeout.InfiniteTimeSpan"/>.</param>
/// <param name="Source">For people: an option's path, a profile, or "default".</param>
public readonly record struct Derived(TimeSpan Value, string Source)
{
    public bool IsExplicit { get; init; }
}

/// <summary>The kinds of calls that have budgets of their own.</summary>
public enum CallType
{
    Execute,
    ExecuteStream,
    Queue,
}

/// <summary>What one call gets at each layer. Inner limits are never later than outer ones.</summary>
/// <param name="Total">The caller's budget.</param>
/// <param name="Queue">Longest wait for a worker.</param>
/// <param name="WorkerCall">From the shard's receipt until it answers without the worker.</param>
/// <param name="Rpc">From the shard's receipt until Python has to be done.</param>
/// <param name="Run">From the dispatch until Python has to be done; for streams.</param>
public readonly record struct CallLimits(TimeSpan Total, TimeSpan Queue, TimeSpan WorkerCall, TimeSpan Rpc, TimeSpan Run);

/// <summary>
/// Every time-out of one pool, derived. The more specific wins: a call's own budget, then the pool's options, then the pool's
/// profile, then the silo's options, then the silo's profile, then the default.
/// </summary>
public sealed class TimeoutPlan
{
    public const string BatchInference = "batch_inference";
    public const string LargeDataset = "process_large_dataset";

    private readonly (string Path, TimeoutOptions Options)[] _scopes;

    /// <param name="pool">The pool's options.</param>
    /// <param name="silo">The silo's options.</param>
    /// <param name="poolPath">How sources name the pool's options.</param>
    public TimeoutPlan(TimeoutOptions pool, TimeoutOptions silo, string poolPath)
    {
        _scopes = [(poolPath, pool), (SnakepitOptions.Section, silo)];
        (Profile, ProfileSource) = pool.TimeoutProfile is { } own ? (own, $"{poolPath}:{nameof(TimeoutOptions.TimeoutProfile)}")
            : silo.TimeoutProfile is { } common ? (common, $"{SnakepitOptions.Section}:{nameof(TimeoutOptions.TimeoutProfile)}")
            : (TimeoutProfile.Balanced, "default");
        var values = Profile.Values();
        WorkerCallMargin = Find(nameof(WorkerCallMargin), options => options.WorkerCallMargin, Default(1));
        PoolReplyMargin = Find(nameof(PoolReplyMargin), options => options.PoolReplyMargin, Default(0.2));
        Budget = new CallBudget(WorkerCallMargin.Value, PoolReplyMargin.Value);
        RequestTimeout = Find(
            nameof(TimeoutOptions.PoolRequestTimeout),
            options => options.PoolRequestTimeout,
            OfProfile(values.DefaultTimeout),
            profiled: true);
        StreamTimeout = Find(
            nameof(TimeoutOptions.PoolStreamingTimeout),
            options => options.PoolStreamingTimeout,
            OfProfile(values.StreamTimeout),
            profiled: true);
        MaxRequestTimeout = Find(nameof(MaxRequestTimeout), options => options.MaxRequestTimeout, Default(3600));
        QueueTimeout = Find(
            nameof(TimeoutOptions.PoolQueueTimeout), options => options.PoolQueueTimeout, OfProfile(values.QueueTimeout), profiled: true);
        CheckoutTimeout = Find(nameof(CheckoutTimeout), options => options.CheckoutTimeout, OfProfile(values.QueueTimeout), profiled: true);
        CommandTimeout = Find(
            nameof(TimeoutOptions.GrpcCommandTimeout),
            options => options.GrpcCommandTimeout,
            FromBudget(Budget.Rpc(RequestTimeout.Value), "both margins"),
            profiled: true);
        WorkerExecuteTimeout = Find(
            nameof(TimeoutOptions.GrpcWorkerExecuteTimeout),
            options => options.GrpcWorkerExecuteTimeout,
            FromBudget(Budget.WorkerCall(RequestTimeout.Value), "WorkerCallMargin"),
            profiled: true);
        WorkerStreamTimeout = Find(
            nameof(TimeoutOptions.GrpcWorkerStreamTimeout),
            options => options.GrpcWorkerStreamTimeout,
            new Derived(TimeSpan.FromSeconds(300), "default, acts only when written"));
        StreamReaderTimeout = Find(nameof(StreamReaderTimeout), options => options.StreamReaderTimeout, Default(60));
        BatchInferenceTimeout = Find(
            nameof(TimeoutOptions.GrpcBatchInferenceTimeout), options => options.GrpcBatchInferenceTimeout, Default(300));
        LargeDatasetTimeout = Find(
            nameof(TimeoutOptions.GrpcLargeDatasetTimeout), options => options.GrpcLargeDatasetTimeout, Default(600));
        ToolBudgets = new Dictionary<string, TimeSpan>
        {
            [BatchInference] = Budget.TotalFor(BatchInferenceTimeout.Value),
            [LargeDataset] = Budget.TotalFor(LargeDatasetTimeout.Value),
        };
        HealthCheckTimeout = Find(
            nameof(TimeoutOptions.GrpcWorkerHealthCheckTimeout), options => options.GrpcWorkerHealthCheckTimeout, Default(5));
        StartupTimeout = Find(nameof(TimeoutOptions.PoolStartupTimeout), options => options.PoolStartupTimeout, Default(10));
        AwaitReadyTimeout = Find(nameof(TimeoutOptions.PoolAwaitReadyTimeout), options => options.PoolAwaitReadyTimeout, Default(15));
        ServerReadyTimeout = Find(nameof(TimeoutOptions.GrpcServerReadyTimeout), options => options.GrpcServerReadyTimeout, Default(30));
        WorkerReadyTimeout = Find(nameof(WorkerReadyTimeout), options => options.WorkerReadyTimeout, Default(30));
        GracefulShutdownTimeout = Find(nameof(GracefulShutdownTimeout), options => options.GracefulShutdownTimeout, Default(6));
        // Beside threads that compute, the thread that has to stop gets its turn late; and a kill costs the calls of all threads.
        var grace = pool is PoolOptions { WorkerProfile: WorkerProfile.Thread }
            ? new Derived(TimeSpan.FromSeconds(1), "default with WorkerProfile thread")
            : Default(0.25);
        CancelGrace = Find(nameof(CancelGrace), options => options.CancelGrace, grace);
        DumpGrace = Find(nameof(DumpGrace), options => options.DumpGrace, grace);
    }

    public TimeoutProfile Profile { get; }

    public string ProfileSource { get; }

    /// <summary>Divides a budget between the layers.</summary>
    public CallBudget Budget { get; }

    public Derived RequestTimeout { get; }

    public Derived StreamTimeout { get; }

    /// <summary>Longest budget that a caller may bring; see <see cref="Ceiling"/>.</summary>
    public Derived MaxRequestTimeout { get; }

    public Derived QueueTimeout { get; }

    public Derived CheckoutTimeout { get; }

    public Derived CommandTimeout { get; }

    public Derived WorkerExecuteTimeout { get; }

    public Derived WorkerStreamTimeout { get; }

    public Derived StreamReaderTimeout { get; }

    public Derived BatchInferenceTimeout { get; }

    public Derived LargeDatasetTimeout { get; }

    public Derived HealthCheckTimeout { get; }

    public Derived StartupTimeout { get; }

    public Derived AwaitReadyTimeout { get; }

    public Derived ServerReadyTimeout { get; }

    public Derived WorkerReadyTimeout { get; }

    public Derived GracefulShutdownTimeout { get; }

    public Derived WorkerCallMargin { get; }

    public Derived PoolReplyMargin { get; }

    public Derived CancelGrace { get; }

    public Derived DumpGrace { get; }

    /// <summary>Budgets that tools have by their name, when the call brings none.</summary>
    public IReadOnlyDictionary<string, TimeSpan> ToolBudgets { get; }

    /// <summary>The budget of a call, or its longest wait: what it brings itself, else what its type and its tool have.</summary>
    public TimeSpan TimeoutFor(CallType type, TimeSpan? own = null, string? tool = null) => own ?? type switch
    {
        CallType.Execute => tool is not null && ToolBudgets.TryGetValue(tool, out var budget) ? budget : RequestTimeout.Value,
        CallType.ExecuteStream => StreamTimeout.Value,
        CallType.Queue => QueueTimeout.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown call type."),
    };

    /// <summary>
    /// The longest budget that a caller may bring for a call of this type: <see cref="MaxRequestTimeout"/>, or what such a call gets
    /// without one when that is longer: a caller must be able to ask for the budget that it would get anyway.
    /// </summary>
    public TimeSpan Ceiling(CallType type, string? tool = null)
    {
        var usual = TimeoutFor(type, tool: tool);
        return usual == Earlier(usual, MaxRequestTimeout.Value) ? MaxRequestTimeout.Value : usual;
    }

    /// <summary>A caller's own budget under its ceiling; infinite becomes the ceiling.</summary>
    public TimeSpan Allowed(TimeSpan own, CallType type, string? tool = null) => Earlier(own, Ceiling(type, tool));

    /// <summary>Divides a call's budget.</summary>
    /// <param name="total">What is left of it.</param>
    /// <param name="ownBudget">The call brought it; then it goes before the options of the inner layers.</param>
    /// <param name="tool">Name of the tool.</param>
    public CallLimits Limits(TimeSpan total, bool ownBudget, string tool)
    {
        var rpc = Budget.Rpc(total);
        var workerCall = Budget.WorkerCall(total);
        if (!ownBudget && !ToolBudgets.ContainsKey(tool))
        {
            if (WorkerExecuteTimeout.IsExplicit)
                workerCall = Earlier(workerCall, WorkerExecuteTimeout.Value);
            if (CommandTimeout.IsExplicit)
                rpc = Earlier(rpc, CommandTimeout.Value);
            rpc = Earlier(rpc, workerCall);
        }

        return new CallLimits(total, CallBudget.EffectiveQueueTimeout(QueueTimeout.Value, rpc), workerCall, rpc, CallBudget.Infinite);
    }

    /// <summary>Divides a stream's budget as a call's: Python's part ends before the shard's, and that before the reader's.</summary>
    /// <param name="total">What is left of it.</param>
    /// <param name="ownBudget">The stream brought it; then it goes before the shard's own limit.</param>
    public CallLimits StreamLimits(TimeSpan total, bool ownBudget)
    {
        var rpc = Budget.Rpc(total);
        return new CallLimits(
            total,
            CallBudget.EffectiveQueueTimeout(CheckoutTimeout.Value, rpc),
            Budget.WorkerCall(total),
            rpc,
            // Its default would cut short what the profiles promise streams, the endless ones of Batch first.
            !ownBudget && WorkerStreamTimeout.IsExplicit ? WorkerStreamTimeout.Value : CallBudget.Infinite);
    }

    /// <summary>Everything derived, by the option's name, for people.</summary>
    public IEnumerable<(string Name, Derived Value)> All =>
    [
        (nameof(TimeoutOptions.PoolRequestTimeout), RequestTimeout),
        (nameof(TimeoutOptions.PoolStreamingTimeout), StreamTimeout),
        (nameof(TimeoutOptions.MaxRequestTimeout), MaxRequestTimeout),
        (nameof(TimeoutOptions.PoolQueueTimeout), QueueTimeout),
        (nameof(TimeoutOptions.CheckoutTimeout), CheckoutTimeout),
        (nameof(TimeoutOptions.PoolStartupTimeout), StartupTimeout),
        (nameof(TimeoutOptions.PoolAwaitReadyTimeout), AwaitReadyTimeout),
        (nameof(TimeoutOptions.GrpcWorkerExecuteTimeout), WorkerExecuteTimeout),
        (nameof(TimeoutOptions.GrpcWorkerStreamTimeout), WorkerStreamTimeout),
        (nameof(StreamReaderTimeout), StreamReaderTimeout),
        (nameof(TimeoutOptions.GrpcWorkerHealthCheckTimeout), HealthCheckTimeout),
        (nameof(TimeoutOptions.GrpcCommandTimeout), CommandTimeout),
        (nameof(TimeoutOptions.GrpcBatchInferenceTimeout), BatchInferenceTimeout),
        (nameof(TimeoutOptions.GrpcLargeDatasetTimeout), LargeDatasetTimeout),
        (nameof(TimeoutOptions.GrpcServerReadyTimeout), ServerReadyTimeout),
        (nameof(TimeoutOptions.WorkerReadyTimeout), WorkerReadyTimeout),
        (nameof(TimeoutOptions.GracefulShutdownTimeout), GracefulShutdownTimeout),
        (nameof(TimeoutOptions.WorkerCallMargin), WorkerCallMargin),
        (nameof(TimeoutOptions.PoolReplyMargin), PoolReplyMargin),
        (nameof(TimeoutOptions.CancelGrace), CancelGrace),
        (nameof(TimeoutOptions.DumpGrace), DumpGrace),
    ];

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) =>
        a == CallBudget.Infinite ? b : b == CallBudget.Infinite || a < b ? a : b;

    private static Derived Default(double seconds) => new(TimeSpan.FromSeconds(seconds), "default");

    private static Derived FromBudget(TimeSpan value, string less) => new(value, $"PoolRequestTimeout less {less}");

    private Derived OfProfile(TimeSpan value) => new(value, $"profile {Profile} ({ProfileSource})");

    /// <summary>The first scope that says anything; a scope's profile speaks for every value that profiles have.</summary>
    private Derived Find(string name, Func<TimeoutOptions, TimeSpan?> read, Derived fallback, bool profiled = false)
    {
        foreach (var (path, options) in _scopes)
        {
            if (read(options) is { } value)
                return new Derived(value, $"{path}:{name}") { IsExplicit = true };
            if (profiled && options.TimeoutProfile is not null)
                break;
        }

        return fallback;
    }
}
