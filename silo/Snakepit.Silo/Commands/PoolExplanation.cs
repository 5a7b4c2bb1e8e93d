using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;
using Snakepit.Execution;

namespace Snakepit.Silo.Commands;

/// <summary>A time-out with where it came from.</summary>
internal sealed record TimeoutExplanation(string Name, string Value, string From);

/// <summary>When a layer ends a call, and why then.</summary>
internal sealed record LayerExplanation(string Layer, string EndsAfter, string Because);

/// <summary>How a budget is divided.</summary>
internal sealed record BudgetExplanation(string Budget, string From, IReadOnlyList<LayerExplanation> Layers);

/// <summary>What <c>snakepit config explain</c> says about a pool. Times are written as in the configuration.</summary>
internal sealed record PoolExplanation
{
    public required string Name { get; init; }

    /// <summary>How many workers it has and why, in words.</summary>
    public required string Size { get; init; }

    public required string Profile { get; init; }

    public required string ProfileFrom { get; init; }

    public required IReadOnlyList<TimeoutExplanation> Timeouts { get; init; }

    public required BudgetExplanation Call { get; init; }

    public required BudgetExplanation Stream { get; init; }

    /// <param name="name">The pool.</param>
    /// <param name="size">Its size in words.</param>
    /// <param name="plan">Its time-outs.</param>
    /// <param name="own">A call's own budget; null for the pool's.</param>
    public static PoolExplanation Of(string name, string size, TimeoutPlan plan, TimeSpan? own) => new()
    {
        Name = name,
        Size = size,
        Profile = $"{plan.Profile}",
        ProfileFrom = plan.ProfileSource,
        Timeouts = [.. plan.All.Select(each => new TimeoutExplanation(
            each.Name, Duration.Format(each.Value.Value), each.Value.Source))],
        Call = OfCall(plan, own),
        Stream = OfStream(plan, own),
    };

    private static BudgetExplanation OfCall(TimeoutPlan plan, TimeSpan? own)
    {
        var total = plan.TimeoutFor(CallType.Execute, own);
        return new(
            Duration.Format(total),
            own is null ? plan.RequestTimeout.Source : "its own",
            Layers(plan.Limits(total, own is not null, tool: ""), nameof(TimeoutOptions.PoolQueueTimeout)));
    }

    private static BudgetExplanation OfStream(TimeoutPlan plan, TimeSpan? own)
    {
        var total = plan.TimeoutFor(CallType.ExecuteStream, own);
        var limits = plan.StreamLimits(total, own is not null);
        var layers = Layers(limits, nameof(TimeoutOptions.CheckoutTimeout));
        if (limits.Run != CallBudget.Infinite)
        {
            layers.Add(new(
                "on a worker",
                Duration.Format(limits.Run),
                "GrpcWorkerStreamTimeout, from the dispatch on, unless Python's time ends before"));
        }

        layers.Add(new("reader away", Duration.Format(plan.StreamReaderTimeout.Value), "StreamReaderTimeout"));
        return new(Duration.Format(total), own is null ? plan.StreamTimeout.Source : "its own", layers);
    }

    private static List<LayerExplanation> Layers(CallLimits limits, string queueOption) =>
    [
        new("client", Duration.Format(limits.Total), "the budget"),
        new("shard", Duration.Format(limits.WorkerCall), "less WorkerCallMargin, a fifth at most together with the other margin"),
        new("Python", Duration.Format(limits.Rpc), "less WorkerCallMargin and PoolReplyMargin"),
        new(
            "queue",
            Duration.Format(limits.Queue),
            $"{queueOption} or Python's time, whichever is less; waiting is deducted from Python's time"),
    ];
}
