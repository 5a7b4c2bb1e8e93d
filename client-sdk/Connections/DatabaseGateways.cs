using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime.Membership;

namespace Snakepit.Client.Connections;

/// <summary>
/// Gateways from the membership table that the silos share, read by Orleans' own provider. The provider looks its statement up once; that
/// look-up is repeated until it succeeds, so that a database which is away at the start of the application is found later.
/// </summary>
internal sealed class DatabaseGateways : IGatewaySource, IAsyncDisposable, IDisposable
{
    /// <summary>The name by which Orleans' provider knows PostgreSQL.</summary>
    private const string Invariant = "Npgsql";

    private readonly NpgsqlDataSource _database;
    private readonly AdoNetGatewayListProvider _provider;
    private readonly string _user;
    private bool _initialized;

    /// <param name="settings">The database.</param>
    /// <param name="clusterId">The cluster whose silos are looked for.</param>
    /// <param name="services">Not asked for anything; the provider's constructor wants it.</param>
    public DatabaseGateways(NpgsqlConnectionStringBuilder settings, string clusterId, IServiceProvider services)
    {
        _database = NpgsqlDataSource.Create(settings);
        _user = settings.Username ?? Environment.UserName;
        _provider = new AdoNetGatewayListProvider(
            NullLogger<AdoNetGatewayListProvider>.Instance,
            services,
            Options.Create(new AdoNetClusteringClientOptions { Invariant = Invariant, DataSource = _database }),
            Options.Create(new GatewayOptions()),
            Options.Create(new ClusterOptions { ClusterId = clusterId }));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPEndPoint>> ReadAsync()
    {
        try
        {
            if (!_initialized)
                await _provider.InitializeGatewayListProvider().ConfigureAwait(false);
            _initialized = true;
            var found = await _provider.GetGateways().ConfigureAwait(false);
            return [.. found.Select(gateway => gateway.ToIPEndPoint()!)];
        }
        catch (PostgresException error)
        {
            throw new InvalidOperationException(Refusal(error), error);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private string Refusal(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.UndefinedTable => "the database has no tables of snakepit; 'snakepit db init' makes them",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"user '{_user}' may not read the gateways ({error.MessageText}); run GRANT snakepit_gateways TO \"{_user}\"",
        _ => $"PostgreSQL refuses ({error.SqlState}: {error.MessageText})",
    };
}
