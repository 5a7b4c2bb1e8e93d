using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Cluster.Tests.Clients;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Silos;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Strangers;

/// <summary>Two silos and their clients with certificates, as on several machines.</summary>
public sealed class CertificateTests(CertificateTests.TwoSilos silos) : IClassFixture<CertificateTests.TwoSilos>
{
    private const string ForAdministrators = "is for administrators, and the caller has not signed it";

    [Fact]
    public async Task A_client_calls_tools_on_both_silos()
    {
        await using var app = await silos.ConnectAsync("client");

        await Eventually.SeeAsync(
            async () => (await app.Client.GetPoolStatusAsync()).Shards.Length, shards => shards == 2, what: "both silos are in the status");
        Assert.Equal(3, await app.Client.ExecuteAsync<double>("add", new { a = 1, b = 2 }));
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused() => await StrangeClient.IsRefusedAsync(
        silos.First, _ => Task.CompletedTask, "to the Gateway port is refused: the other side does not speak TLS");

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_on_both_sides()
    {
        await using var app = await silos.StartClientAsync(silos.Others, "client");

        var error = await Assert.ThrowsAsync<SnakepitException>(() => app.Client.ExecuteAsync<int>("pid", options: Short));

        Assert.True(error.Message.Contains("authority (Snakepit:Client:Tls:AuthorityFile)", StringComparison.Ordinal), error.Message);
        Assert.Equal(SnakepitErrorCode.ClusterUnreachable, error.Code);
    }

    [Fact]
    public async Task A_silo_says_whose_certificate_it_has_not_accepted()
    {
        // This client trusts the silos; they do not trust it.
        await using var app = await silos.StartClientAsync(silos.Others, "client", authority: silos.Own);

        var error = await Assert.ThrowsAsync<SnakepitException>(() => app.Client.ExecuteAsync<int>("pid", options: Short));

        await silos.First.SeesAsync("the certificate 'CN=client, OU=snakepit-client' is not one of this cluster's authority");
        Assert.True(error.Message.Contains("Snakepit:Client:Tls", StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public async Task A_clients_certificate_makes_no_silo()
    {
        await using var impostor = silos.Start("client", "impostor");

        await silos.First.SeesAsync("to the Silo port is refused: the certificate 'CN=client, OU=snakepit-client' is not that of a silo");
        await impostor.SeesAsync("No connection to another silo of the cluster: ");
        impostor.Kill();
    }

    [Fact]
    public async Task A_client_manages_nothing_on_any_silo()
    {
        await using var app = await silos.ConnectAsync("client");
        var grains = app.Orleans;

        foreach (var silo in new[] { silos.First, silos.Second })
        {
            await IsForAdministratorsAsync(() => grains.GetGrain<ISiloGrain>(silo.Name).DrainAsync(null, stay: true));
            await IsForAdministratorsAsync(() => grains.GetGrain<IPoolShardGrain>($"default@{silo.Name}").ScaleAsync(7));
            await IsForAdministratorsAsync(() => grains.GetGrain<IPoolShardGrain>($"default@{silo.Name}").GetStacksAsync(null));
            await IsForAdministratorsAsync(() => grains.GetGrain<IPoolShardGrain>($"default@{silo.Name}").GetSessionsAsync(1));
            await IsForAdministratorsAsync(() => grains.GetGrain<IWorkerGrain>($"default@{silo.Name}#0").GetStacksAsync());
            await IsForAdministratorsAsync(() => grains.GetGrain<IWorkerGrain>($"default@{silo.Name}#0").GetOutputAsync(null, null, 1));
            await IsForAdministratorsAsync(
                () => grains.GetGrain<IWorkerGrain>($"default@{silo.Name}#0").GetSamplesAsync(null, TimeSpan.FromSeconds(1)));
        }

        await IsForAdministratorsAsync(() => grains.GetGrain<IPoolGrain>("default").RecycleAsync());
        await IsForAdministratorsAsync(() => grains.GetGrain<IPoolGrain>("default").AnnounceAsync(default, new PoolTerms()));
        await IsForAdministratorsAsync(() => grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero));
        await silos.First.SeesAsync($"unknown (certificate): ISiloGrain.DrainAsync {silos.First.Name}");
        Assert.Equal(SiloState.Serving, (await grains.GetGrain<ISiloGrain>(silos.Second.Name).GetReportAsync()).State);
    }

    [Fact]
    public async Task An_administrator_manages_every_silo()
    {
        await using var app = await silos.ConnectAsync("admin");

        foreach (var silo in new[] { silos.First, silos.Second })
            Assert.Equal(1, await app.Orleans.GetGrain<IPoolShardGrain>($"default@{silo.Name}").ScaleAsync(1));
        Assert.Equal(2, (await app.Orleans.GetGrain<IPoolGrain>("default").ScaleAsync(null, null)).Count);
        await silos.First.SeesAsync(
            $"CN=admin, OU=snakepit-admin (certificate): IPoolShardGrain.ScaleAsync default@{silos.First.Name} 1: done");
    }

    [Fact]
    public async Task A_client_that_calls_in_the_name_of_a_grain_is_cut_off()
    {
        await using var app = await silos.ConnectAsync("client");

        CallInTheNameOf(app.Orleans, GrainId.Create("pool", "default"));
        var drain = app.Orleans.GetGrain<ISiloGrain>(silos.First.Name).DrainAsync(null, stay: true);

        await Eventually.SeeAsync(
            () => Task.FromResult(silos.First.Output + silos.Second.Output),
            output => output.Contains("a client has sent a message in the name of pool/default", StringComparison.Ordinal),
            what: "a silo has cut off a client that calls in the name of a grain");
        Assert.False(drain.IsCompletedSuccessfully);
        var state = await silos.First.Http.GetStringAsync(new Uri("v1/silos", UriKind.Relative));
        Assert.DoesNotContain("Drain", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_certificates_count_without_a_restart()
    {
        await silos.IssueAsync(silos.Own);
        await using var app = await silos.ConnectAsync("client");

        Assert.Equal(3, await app.Client.ExecuteAsync<double>("add", new { a = 1, b = 2 }));
        await silos.First.SeesAsync("New certificates are in use: CN=silo, OU=snakepit-silo");
    }

    private static ToolCallOptions Short => new() { Timeout = TimeSpan.FromSeconds(15) };

    private static async Task IsForAdministratorsAsync(Func<Task> manage)
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(() => manage().WithinAsync(Eventually.Limit));
        Assert.Contains(ForAdministrators, error.Message, StringComparison.Ordinal);
    }

    /// <summary>As a client does that was changed for it: the address that it writes into its messages is Orleans' own affair.</summary>
    private static void CallInTheNameOf(IClusterClient client, GrainId grain)
    {
        const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
        var runtime = client.GetType().GetFields(Hidden).Single(field => field.FieldType.Name == "OutsideRuntimeClient").GetValue(client)!;
        var address = runtime.GetType().GetProperty("CurrentActivationAddress", Hidden)!;
        var own = (GrainAddress)address.GetValue(runtime)!;
        address.SetValue(runtime, new GrainAddress { GrainId = grain, SiloAddress = own.SiloAddress, ActivationId = own.ActivationId });
    }

    /// <summary>Two silos with certificates of one authority, and the certificates of another authority.</summary>
    public sealed class TwoSilos : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-certificates-").FullName;

        public string Own => Path.Combine(_folder, "own");

        public string Others => Path.Combine(_folder, "others");

        public SiloUnderTest First { get; private set; } = null!;

        public SiloUnderTest Second { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await IssueAsync(Own);
            await IssueAsync(Others);
            First = Start("silo", null);
            await First.UntilReadyAsync();
            Second = Start("silo", null);
            await Second.UntilReadyAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Task.WhenAll(Second.DisposeAsync().AsTask(), First.DisposeAsync().AsTask());
            await Places.DeleteAsync(_folder);
        }

        /// <summary>Makes new certificates; the folder's authority stays.</summary>
        public async Task IssueAsync(string folder)
        {
            var (code, _, errors) = await SnakepitCommand.RunAsync("cert", "dev", "--out", folder);
            Assert.True(code == 0, errors);
        }

        public SiloUnderTest Start(string certificate, string? name)
        {
            string[] primary = First is null ? [] : [$"Cluster:PrimarySilo=127.0.0.1:{First.SiloPort}"];
            return SiloUnderTest.Start(
                [SiloUnderTest.Pool(size: 1)],
                [
                    $"Cluster:Tls:CertificateFile={Own}/{certificate}.pem", $"Cluster:Tls:KeyFile={Own}/{certificate}.key",
                    $"Cluster:Tls:AuthorityFile={Own}/authority.pem", .. primary,
                ],
                seat: name is null ? null : SiloSeat.Take(name));
        }

        internal async Task<ClientApp> ConnectAsync(string certificate)
        {
            var app = await StartClientAsync(Own, certificate);
            await app.Client.GetPoolStatusAsync(); // an Orleans client knows no grain before it is connected
            return app;
        }

        internal Task<ClientApp> StartClientAsync(string folder, string certificate, string? authority = null) => ClientApp.StartAsync(
            builder => builder.AddSnakepitClient(),
            ("Snakepit:Client:Gateways", $"127.0.0.1:{First.GatewayPort}"),
            ("Snakepit:Client:ConnectTimeout", "1m"),
            ("Snakepit:Client:Tls:CertificateFile", $"{folder}/{certificate}.pem"),
            ("Snakepit:Client:Tls:KeyFile", $"{folder}/{certificate}.key"),
            ("Snakepit:Client:Tls:AuthorityFile", $"{authority ?? folder}/authority.pem"));
    }
}
