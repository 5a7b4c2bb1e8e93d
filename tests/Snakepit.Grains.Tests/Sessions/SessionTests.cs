using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;
using Snakepit.Sessions;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Sessions;

public sealed class SessionTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    [Fact]
    public async Task A_session_stays_with_one_worker_of_the_cluster_whichever_silo_its_calls_come_from()
    {
        foreach (var silo in silos.Silos)
        {
            await using var inside = new ServiceCollection()
                .AddSingleton<IGrainFactory>(silos.Cluster.Client)
                .AddSnakepitClient(client => (client.DefaultPool, client.LocalShards) = ("whole", new Preferred(silo)))
                .BuildServiceProvider();
            var there = inside.GetRequiredService<ISnakepitClient>();
            for (var number = 0; number < 20; number++)
            {
                var options = new ToolCallOptions { Pool = "whole", SessionId = $"{silo}-{number}" };
                var first = await silos.Client.ExecuteAsync("who", options: options);

                var second = await there.ExecuteAsync("who", options: options);

                Assert.Equal((SessionMove.New, SessionMove.None), (first.SessionMoved, second.SessionMoved));
                Assert.Equal(first.Worker, second.Worker);
            }
        }
    }

    [Fact]
    public async Task Sessions_use_both_silos()
    {
        var used = new HashSet<string>();
        for (var number = 0; number < 40; number++)
            used.Add(
                (
                    await silos.Client.ExecuteAsync(
                        "who", options: new ToolCallOptions { Pool = "whole", SessionId = $"both-{number}" })).Worker.Split('@', '#')[1]);

        Assert.Equal(silos.Silos.ToHashSet(), used);
    }

    [Fact]
    public async Task A_session_that_comes_back_from_another_shard_is_new_again()
    {
        var (here, there) = (silos.Shard(silos.Silos[0], "whole"), silos.Shard(silos.Silos[1], "whole"));
        var request = Request("who", "traveller");
        await here.ExecuteAsync(request, CancellationToken.None);
        Assert.Equal(SessionMove.None, (await here.ExecuteAsync(request, CancellationToken.None)).SessionMoved);

        var elsewhere = await there.ExecuteAsync(request, CancellationToken.None);
        var back = await here.ExecuteAsync(request, CancellationToken.None);

        Assert.Equal((SessionMove.New, SessionMove.New), (elsewhere.SessionMoved, back.SessionMoved));
    }

    [Fact]
    public async Task So_is_one_that_went_there_for_a_stream()
    {
        var (here, there) = (silos.Shard(silos.Silos[0], "whole"), silos.Shard(silos.Silos[1], "whole"));
        var request = Request("who", "reader");
        await here.ExecuteAsync(request, CancellationToken.None);
        var reading = there.OpenStreamAsync(request with { Tool = "travels" }, Guid.NewGuid());
        (await StreamAsync("travels")).Send("\"item\"");
        Assert.Equal(SessionMove.New, (await reading).SessionMoved);

        Assert.Equal(SessionMove.New, (await here.ExecuteAsync(request, CancellationToken.None)).SessionMoved);
    }

    [Fact]
    public async Task An_answer_waits_until_the_other_shards_have_heard()
    {
        Task<ToolReply> waiting;
        using (silos.HoldHearing())
        {
            waiting = Shard.ExecuteAsync(Request("who", "patient"), CancellationToken.None);
            Assert.Null((await Shard.ExecuteAsync(Request("who", null), CancellationToken.None)).Failure);
            Assert.False(waiting.IsCompleted);
        }

        Assert.Equal(SessionMove.New, (await waiting).SessionMoved);
    }

    [Fact]
    public async Task Who_does_not_hear_costs_no_call_its_budget()
    {
        using var held = silos.HoldHearing();

        var reply = await Shard.ExecuteAsync(
            Request("who", "hasty") with { Budget = TimeSpan.FromSeconds(2) }, CancellationToken.None);

        Assert.Null(reply.Failure);
    }

    [Fact]
    public async Task A_stream_ends_whose_worker_dies_before_the_others_have_heard()
    {
        Task<StreamBatch> reading;
        using (silos.HoldHearing())
        {
            reading = Shard.OpenStreamAsync(Request("dies", "unlucky"), Guid.NewGuid());
            (await StreamAsync("dies")).Fail(SnakepitErrorCode.WorkerExited, "the test said so");
            silos.Workers(silos.Silos[1]).Living.Values.Single(worker => worker.Streams.ContainsKey("dies")).Kill("the test said so");
        }

        Assert.Equal(SnakepitErrorCode.WorkerExited, (await reading.WithinAsync(Eventually.Limit)).End!.Failure!.Code);
    }

    [Fact]
    public async Task A_call_without_a_session_moves_none() =>
        Assert.Equal(SessionMove.None, (await silos.Client.ExecuteAsync("who")).SessionMoved);

    private IPoolShardGrain Shard => silos.Shard(silos.Silos[1], "whole");

    private Task<FakeStream> StreamAsync(string tool) => Eventually.SeeAsync(
        () =>
            Task.FromResult(
                silos.Workers(silos.Silos[1]).Living.Values.Select(
                    worker => worker.Streams.GetValueOrDefault(tool)!).FirstOrDefault(stream => stream is not null)!),
        stream => stream is not null);

    private static ToolRequest Request(string tool, string? session) =>
        new() { Tool = tool, Arguments = "{}"u8.ToArray(), Budget = TimeSpan.FromSeconds(30), SessionId = session };
}
