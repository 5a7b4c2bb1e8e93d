using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Client;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Streams;

/// <summary>A silo whose pools stream, each with a limit of its own, and an external client of it. One per test class.</summary>
public sealed class StreamSilo : IAsyncLifetime
{
    private IHost _host = null!;

    public SiloUnderTest Silo { get; private set; } = null!;

    public ISnakepitClient Client => _host.Services.GetRequiredService<ISnakepitClient>();

    public async ValueTask InitializeAsync()
    {
        Silo = await SiloUnderTest.StartReadyAsync(
        [
            Pool("default", 2),
            Pool("brief", 1, new() { ["PoolStreamingTimeout"] = "6s" }),
            Pool("checkout", 1, new() { ["CheckoutTimeout"] = "300ms" }),
            // Python's part of a budget ends early enough for its traceback to come before the shard's part ends.
            Pool(
                "limited",
                1,
                new() { ["GrpcWorkerStreamTimeout"] = "2s", ["WorkerCallMargin"] = "10ms", ["PoolReplyMargin"] = "1500ms" }),
            Pool("steady", 1, new() { ["StreamReaderTimeout"] = "3s" }),
            Pool("impatient", 1, new() { ["StreamReaderTimeout"] = "2s" }),
        ]);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Snakepit:Client:Gateways:0", $"127.0.0.1:{Silo.GatewayPort}"), new("Snakepit:Client:ConnectTimeout", "1m"),
        ]);
        builder.AddSnakepitClient();
        _host = builder.Build();
        await _host.StartAsync();
        await Client.GetPoolStatusAsync();
        // The first call to a pool takes longer than some of the limits above.
        foreach (var pool in (string[])["default", "brief", "checkout", "limited", "steady", "impatient"])
            await Client.ExecuteAsync("pid", options: new ToolCallOptions { Pool = pool });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Silo.DisposeAsync();
    }

    public static Dictionary<string, object> Pool(string name, int size, Dictionary<string, object>? more = null) => new(more ?? [])
    {
        ["Name"] = name,
        ["PoolSize"] = size,
        ["AdapterModule"] = "streaming.Streaming",
        ["CancelGrace"] = "20s", // a generator that is closed has the time to say so
        ["PythonPath"] = new[] { Places.Adapters },
    };

    /// <summary>A name for files that a tool writes, unused so far.</summary>
    public string NewPath() => Path.Combine(Silo.Folder, Guid.NewGuid().ToString("N"));

    public static async Task<int> MadeAsync(string path) =>
        File.Exists($"{path}.made") && int.TryParse(await File.ReadAllTextAsync($"{path}.made"), out var made) ? made : 0;

    /// <summary>The generator's <c>finally</c> has run, and its slot is free.</summary>
    public async Task UntilClosedAsync(string path, string pool = "default")
    {
        await Eventually.HoldsAsync(() => File.Exists($"{path}.closed"));
        await Silo.SeeAsync(() => Silo.PoolAsync(pool), seen => seen["running"]!.GetValue<int>() == 0, "the slot is free");
    }

    public static bool IsBalanced(JsonNode pool) =>
        pool["requests"]!.GetValue<long>()
        == pool["succeeded"]!.GetValue<long>() + pool["errors"]!.GetValue<long>() + pool["cancelled"]!.GetValue<long>()
            + pool["queued"]!.GetValue<int>() + pool["running"]!.GetValue<int>();
}
