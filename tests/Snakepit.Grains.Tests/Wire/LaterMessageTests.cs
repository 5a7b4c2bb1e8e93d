using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Grains.Tests.Wire;

/// <summary>Messages between silos of two versions, of which the later has members that the earlier does not know.</summary>
public sealed class LaterMessageTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Members_that_the_reader_does_not_know_are_left_out_and_the_others_arrive()
    {
        var later = new LaterRequest
        {
            Tool = "add",
            Arguments = [1, 2, 3],
            Budget = TimeSpan.FromSeconds(5),
            Priority = 7,
            Labels = new Dictionary<string, string[]> { ["team"] = ["vision"] },
            Child = new LaterRequest { Tool = "inner", Arguments = [] },
            MayMove = true,
            CallId = Guid.NewGuid(),
        };

        var read = Pass<LaterRequest, ToolRequest>(later);

        Assert.Equal(("add", 5.0, true, later.CallId), (read.Tool, read.Budget.TotalSeconds, read.MayMove, read.CallId));
        Assert.Equal(later.Arguments, read.Arguments);
    }

    [Fact]
    public void Members_that_the_writer_does_not_know_have_their_defaults()
    {
        var read = Pass<ToolRequest, LaterRequest>(
            new ToolRequest { Tool = "add", Arguments = [1], Budget = TimeSpan.FromSeconds(5), CallId = Guid.NewGuid() });

        Assert.Equal(("add", 0, null, null), (read.Tool, read.Priority, read.Labels, read.Child));
    }

    [Fact]
    public void A_pulse_with_more_in_it_is_a_pulse()
    {
        var read = Pass<LaterPulse, ShardPulse>(
            new LaterPulse(new ShardId("pool", "silo"), new Incarnation("silo", 3), PoolState.Ready, 1, 2, 4, 5, "more"));

        Assert.Equal(new ShardPulse(new ShardId("pool", "silo"), new Incarnation("silo", 3), PoolState.Ready, 1, 2, 4, 5), read);
    }

    [Fact]
    public void A_code_that_the_reader_does_not_know_keeps_its_number_and_its_message()
    {
        var code = (SnakepitErrorCode)59_999;

        var read = Pass<Failure, Failure>(new Failure { Code = code, Message = "of tomorrow", Outcome = Outcome.NotStarted });

        Assert.Equal((code, "of tomorrow", Outcome.NotStarted), (read.Code, read.Message, read.Outcome));
    }

    /// <summary>What a reader that knows one type makes of the bytes of another.</summary>
    private TRead Pass<TWritten, TRead>(TWritten message) => _services.GetRequiredService<Serializer<TRead>>()
        .Deserialize(_services.GetRequiredService<Serializer<TWritten>>().SerializeToArray(message))!;
}

/// <summary>A <see cref="ToolRequest"/> of a later version with members that today knows nothing of.</summary>
[GenerateSerializer]
public sealed record LaterRequest
{
    [Id(0)] public required string Tool { get; init; }

    [Id(1)] public required byte[] Arguments { get; init; }

    [Id(3)] public TimeSpan Budget { get; init; }

    [Id(13)] public bool MayMove { get; init; }

    [Id(14)] public Guid CallId { get; init; }

    [Id(1000)] public int Priority { get; init; }

    [Id(1001)] public Dictionary<string, string[]>? Labels { get; init; }

    [Id(1002)] public LaterRequest? Child { get; init; }
}

/// <summary>A <see cref="ShardPulse"/> of a later version.</summary>
[GenerateSerializer]
public readonly record struct LaterPulse(
    [property: Id(0)] ShardId Shard,
    [property: Id(1)] Incarnation Incarnation,
    [property: Id(2)] PoolState State,
    [property: Id(3)] int Queued,
    [property: Id(4)] int Running,
    [property: Id(5)] int Capacity,
    [property: Id(6)] int Terms,
    [property: Id(7)] string More);
