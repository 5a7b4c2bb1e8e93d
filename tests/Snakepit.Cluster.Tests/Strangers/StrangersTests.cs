using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Cluster.Tests.Clients;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;
using Snakepit.Silos;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Strangers;

/// <summary>
/// What other users of the machine can do at the ports of a silo: with the defaults nothing, and everything where the protection is
/// switched off.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class StrangersTests(StrangersTests.Silos silos) : IClassFixture<StrangersTests.Silos>
{
    private readonly SiloUnderTest _silo = silos.Guarded;

    [Fact]
    public async Task A_stranger_runs_no_tool()
    {
        await RefusedAsync(silo => grains => RunToolAsync(grains, silo));

        await StrangeClient.TryAsync(silos.Open.GatewayPort, grains => RunToolAsync(grains, silos.Open));
    }

    [Fact]
    public async Task A_stranger_drains_no_silo()
    {
        await RefusedAsync(silo => grains => DrainAsync(grains, silo));
        Assert.Equal("Serving", await StateAsync(_silo));

        await StrangeClient.TryAsync(silos.Open.GatewayPort, grains => DrainAsync(grains, silos.Open));
        await silos.Open.SeeAsync(() => StateAsync(silos.Open), state => state is "Draining" or "Drained", "a stranger has drained it");
        await silos.Open.PostAsync($"v1/silos/{silos.Open.Name}/resume", "");
    }

    [Fact]
    public async Task A_stranger_announces_no_false_shard_and_no_false_budget()
    {
        await RefusedAsync(silo => AnnounceAsync);

        await StrangeClient.TryAsync(silos.Open.GatewayPort, grains => Eventually.SeeAsync(
            async () =>
            {
                await AnnounceAsync(grains);
                return (await grains.GetGrain<IPoolGrain>("default").GetViewAsync()).Terms.RequestTimeout;
            },
            budget => budget == TimeSpan.FromMilliseconds(1),
            what: "calls have the budget that a stranger has announced"));
    }

    [Fact]
    public async Task A_silo_with_another_secret_does_not_join_and_both_sides_name_their_file()
    {
        var other = Path.Combine(silos.Folder, "other.secret");
        await using var impostor = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)], [$"Cluster:SecretFile={other}", $"Cluster:PrimarySilo=127.0.0.1:{_silo.SiloPort}"]);

        await impostor.SeesAsync($"the silo at 127.0.0.1:{_silo.SiloPort} does not have the secret in '{other}'");
        await _silo.SeesAsync($"the other side does not have the secret in '{silos.Secret}'");
        Assert.Equal([_silo.Name], (await SilosAsync(_silo)).Select(silo => silo!["name"]!.GetValue<string>()));
        impostor.Kill();
    }

    [Fact]
    public async Task A_false_silo_joins_where_the_protection_is_switched_off_and_gets_calls()
    {
        await using var impostor = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)],
            ["Cluster:AllowInsecure=true", $"Cluster:PrimarySilo=127.0.0.1:{silos.Open.SiloPort}"]);

        await silos.Open.SeeAsync(
            async () => await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => silos.Open.CallAsync("sleep", new { seconds = 0.2 }))),
            answers => answers.Any(answer => answer.Headers["Snakepit-Worker"].StartsWith(
                $"default@{impostor.Name}#", StringComparison.Ordinal)),
            "the impostor answers a call",
            ClusterUnderTest.Limit);

        Assert.Equal(0, await impostor.StopAsync());
    }

    [Fact]
    public async Task A_client_with_another_secret_fails_with_one_error_that_names_its_file()
    {
        var other = Path.Combine(silos.Folder, "clients.secret");
        await File.WriteAllTextAsync(other, new string('x', 64));
        File.SetUnixFileMode(other, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var error = await CallAsync(("Snakepit:Client:SecretFile", other));

        Assert.Equal((SnakepitErrorCode.ClusterUnreachable, Outcome.NotStarted), (error.Code, error.Outcome));
        var expected = $"the silo at 127.0.0.1:{_silo.GatewayPort} does not have the secret in '{other}'";
        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public async Task A_client_without_a_secret_is_told_where_it_would_be()
    {
        var none = Path.Combine(silos.Folder, "none.secret");

        var error = await CallAsync(("Snakepit:Client:SecretFile", none));

        Assert.Contains($"there is no secret at '{none}'. A silo makes it when it starts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_with_the_secret_runs_tools()
    {
        await using var app = await AppAsync(("Snakepit:Client:SecretFile", silos.Secret), ("Snakepit:Client:ConnectTimeout", "1m"));

        Assert.Equal(3, await app.Client.ExecuteAsync<double>("add", new { a = 1, b = 2 }));
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_dropped()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", _silo.GatewayPort);

        var read = socket.GetStream().ReadAsync(new byte[1]).AsTask();

        Assert.Equal(0, await read.WithinAsync(Eventually.Limit, "a silent connection's end"));
    }

    [Fact]
    public async Task The_user_nobody_cannot_read_the_secret()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(silos.Secret));
        if (!Environment.IsPrivilegedProcess)
            return; // only root can become another user
        using var cat = Process.Start(new ProcessStartInfo(
            "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "cat", silos.Secret])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        var output = await cat.StandardOutput.ReadToEndAsync();
        await cat.WaitForExitAsync();

        Assert.Equal((1, ""), (cat.ExitCode, output));
    }

    private Task RefusedAsync(Func<SiloUnderTest, Func<IGrainFactory, Task>> attack) => StrangeClient.IsRefusedAsync(
        _silo, attack(_silo), "to the Gateway port is refused: the other side does not prove that it has the secret");

    private static async Task RunToolAsync(IGrainFactory grains, SiloUnderTest silo)
    {
        var request = new ToolRequest { Tool = "pid", Arguments = "{}"u8.ToArray(), Budget = Eventually.Limit };
        var reply = await grains.GetGrain<IPoolShardGrain>($"default@{silo.Name}").ExecuteAsync(request, CancellationToken.None);
        Assert.Null(reply.Failure);
    }

    private static Task DrainAsync(IGrainFactory grains, SiloUnderTest silo) =>
        grains.GetGrain<ISiloGrain>(silo.Name).DrainAsync(TimeSpan.FromMinutes(5), stay: true);

    private static async Task AnnounceAsync(IGrainFactory grains)
    {
        var pool = grains.GetGrain<IPoolGrain>("default");
        var real = (await pool.GetViewAsync()).Shards[0];
        var pulse = new ShardPulse(real.Shard, real.Incarnation, PoolState.Ready, 0, 0, 100, Terms: 4711);
        await pool.AnnounceAsync(pulse, new PoolTerms { RequestTimeout = TimeSpan.FromMilliseconds(1) });
    }

    private async Task<SnakepitException> CallAsync(params (string Path, string Value)[] settings)
    {
        await using var app = await AppAsync(settings);
        var options = new ToolCallOptions { Timeout = TimeSpan.FromSeconds(15) };
        return await Assert.ThrowsAsync<SnakepitException>(() => app.Client.ExecuteAsync<double>("add", new { a = 1, b = 2 }, options));
    }

    private Task<ClientApp> AppAsync(params (string Path, string Value)[] settings) => ClientApp.StartAsync(
        builder => builder.AddSnakepitClient(), [("Snakepit:Client:Gateways", $"127.0.0.1:{_silo.GatewayPort}"), .. settings]);

    private static async Task<JsonArray> SilosAsync(SiloUnderTest silo) =>
        JsonNode.Parse(await silo.Http.GetStringAsync(new Uri("v1/silos", UriKind.Relative)))!["silos"]!.AsArray();

    private static async Task<string> StateAsync(SiloUnderTest silo) => (await SilosAsync(silo))[0]!["state"]!.GetValue<string>();

    /// <summary>One silo with a secret of its own, else as by default, and one without any protection.</summary>
    public sealed class Silos : IAsyncLifetime
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("snakepit-strangers-").FullName;

        public string Secret => Path.Combine(Folder, "cluster.secret");

        public SiloUnderTest Guarded { get; private set; } = null!;

        public SiloUnderTest Open { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Guarded = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], [$"Cluster:SecretFile={Secret}"]);
            Open = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], ["Cluster:AllowInsecure=true"]);
            await Guarded.UntilReadyAsync();
            await Open.UntilReadyAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Guarded.DisposeAsync();
            await Open.DisposeAsync();
            await Places.DeleteAsync(Folder);
        }
    }
}
