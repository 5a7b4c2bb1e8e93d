using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Execution;
using Snakepit.Sessions;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests;

public sealed class SessionTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    [Fact]
    public async Task A_session_stays_with_one_worker_of_the_cluster_whichever_silo_its_calls_come_from()
    {
        foreach (var silo in silos.Silos)
        {
            await using var inside = new ServiceCollection()
                .AddSingleton<IGrainFactory>(silos.Cluster.Client)
                .AddSnakepitClient(client => (client.DefaultPool, client.LocalSilo) = ("whole", silo))
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
        var workers = new HashSet<string>();
        for (var number = 0; number < 40; number++)
            workers.Add((await silos.Client.ExecuteAsync("who", options: new ToolCallOptions { Pool = "whole", SessionId = $"both-{number}" })).Worker);

        Assert.Equal(4, workers.Count);
    }

    [Fact]
    public async Task A_session_that_comes_back_from_another_shard_is_new_again()
    {
        var (here, there) = (silos.Shard(silos.Silos[0], "whole"), silos.Shard(silos.Silos[1], "whole"));
        var request = new ToolRequest { Tool = "who", Arguments = "{}"u8.ToArray(), Budget = TimeSpan.FromSeconds(30), SessionId = "traveller" };
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
        var request = new ToolRequest { Tool = "who", Arguments = "{}"u8.ToArray(), Budget = TimeSpan.FromSeconds(30), SessionId = "reader" };
        await here.ExecuteAsync(request, CancellationToken.None);
        var reading = there.OpenStreamAsync(request with { Tool = "travels" }, Guid.NewGuid());
        var stream = await Eventually.SeeAsync(
            () => Task.FromResult(silos.Workers(silos.Silos[1]).Living.Values.Select(worker => worker.Streams.GetValueOrDefault("travels")).FirstOrDefault(stream => stream is not null)),
            stream => stream is not null);
        stream!.Send("\"item\"");
        Assert.Equal(SessionMove.New, (await reading).SessionMoved);

        Assert.Equal(SessionMove.New, (await here.ExecuteAsync(request, CancellationToken.None)).SessionMoved);
    }

    [Fact]
    public async Task A_call_without_a_session_moves_none() =>
        Assert.Equal(SessionMove.None, (await silos.Client.ExecuteAsync("who")).SessionMoved);
}
