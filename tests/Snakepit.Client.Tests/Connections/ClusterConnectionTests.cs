using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Snakepit.Client.Connections;
using Snakepit.Errors;

namespace Snakepit.Client.Tests.Connections;

/// <summary>An application without a silo. The port of its gateway is held, and nothing listens there.</summary>
public sealed class ClusterConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private readonly Socket _port = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IHost _host;
    private readonly string _gateway;

    public ClusterConnectionTests()
    {
        _port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _gateway = _port.LocalEndPoint!.ToString()!;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            [new("Snakepit:Client:Gateways", _gateway), new("Snakepit:Clients:gpu:Gateways", _gateway)]);
        builder.AddSnakepitClient(client => client.DefaultTimeout = TimeSpan.FromSeconds(1)).AddKeyedSnakepitClient("gpu");
        builder.AddSnakepitClient(client => client.DefaultPool = "second");
        _host = builder.Build();
    }

    public async ValueTask InitializeAsync() => await _host.StartAsync().WithinAsync(Limit, "the start of an application without a silo");

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().WithinAsync(Limit, "the stop of an application that is connecting");
        _host.Dispose();
        _port.Dispose();
    }

    [Fact]
    public async Task Calls_fail_within_their_budget()
    {
        var client = _host.Services.GetRequiredService<ISnakepitClient>();

        var error = await Assert.ThrowsAsync<SnakepitException>(() =>
            client.ExecuteAsync("add").WithinAsync(Limit, "a call with a budget of 1 s and no silo"));

        Assert.Equal((SnakepitErrorCode.ClusterUnreachable, Outcome.NotStarted), (error.Code, error.Outcome));
        Assert.Contains($"{_gateway} (Snakepit:Client:Gateways)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_and_questions_fail_within_their_budget_too()
    {
        var client = _host.Services.GetRequiredService<ISnakepitClient>();

        var stream = await Assert.ThrowsAsync<SnakepitException>(async () =>
        {
            await foreach (var item in client.StreamAsync("count"))
                Assert.Fail($"An item without a silo: {item.Tool}");
        }).WithinAsync(Limit, "a stream with a budget of 1 s and no silo");
        var status = await Assert.ThrowsAsync<SnakepitException>(() =>
            client.GetPoolStatusAsync().WithinAsync(Limit, "a question for the status and no silo"));

        Assert.Equal(
            (SnakepitErrorCode.ClusterUnreachable, SnakepitErrorCode.ClusterUnreachable), (stream.Code, status.Code));
    }

    [Fact]
    public async Task Health_is_unhealthy_and_says_which_gateways_since_when_and_how_they_are_configured()
    {
        var health = _host.Services.GetRequiredService<HealthCheckService>();

        var report = await health.CheckHealthAsync(check => check.Tags.Contains("ready")).WithinAsync(Limit, "the health checks");

        Assert.Equal(["snakepit", "snakepit-gpu"], report.Entries.Keys.Order());
        Assert.All(report.Entries.Values, entry => Assert.Equal(HealthStatus.Unhealthy, entry.Status));
        Assert.Contains(
            $"{_gateway} (Snakepit:Clients:gpu:Gateways) since ", report.Entries["snakepit-gpu"].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_may_be_disposed_without_a_start_and_a_stop()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddSnakepitClient(client => client.ConnectionString = "Host=db;Database=none;Username=web");
        using var services = builder.Services.BuildServiceProvider();

        Assert.NotNull(services.GetRequiredService<ISnakepitClient>());
    }

    [Fact]
    public async Task A_connection_that_cannot_be_made_at_all_fails_and_is_not_tried_again()
    {
        await using var connection = new ClusterConnection(
            new SnakepitClientOptions { Gateways = [_gateway] }, new BrokenLog(), TimeProvider.System);

        await connection.StartAsync(default);

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() =>
            connection.Connected.WithinAsync(Limit, "a connection whose attempt ends with a bug"));
    }

    [Fact]
    public void Each_client_has_an_orleans_client_of_its_own_and_the_application_has_none() => Assert.Multiple(
        () => Assert.Null(_host.Services.GetService<IClusterClient>()),
        () => Assert.NotSame(
            _host.Services.GetRequiredKeyedService<IClusterClient>("snakepit"),
            _host.Services.GetRequiredKeyedService<IClusterClient>("gpu")));

    /// <summary>Throws when it is told of the first failed attempt, which stands for any failure that is not about the network.</summary>
    private sealed class BrokenLog : ILoggerFactory, ILogger
    {
        private const int NotConnected = 6001;

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == NotConnected)
                throw new InvalidOperationException("The log is full.");
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
