using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Snakepit.Client.Routing;

namespace Snakepit.Client.Connections;

/// <summary>
/// A client's own connection to its cluster. Connects in the background from the application's start to its stop, so that the application
/// starts also when no silo answers yet. Once connected, the Orleans client replaces broken connections by itself. Thread-safe.
/// </summary>
internal sealed class ClusterConnection : ICluster, IHostedService, IClientConnectionRetryFilter, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly GatewayWatch _gateways = new();
    private readonly RefusalWatch _refusals = new();

    /// <summary>
    /// Has no timer, so it is not disposed of: a host that is stopped from two sides may be disposed of by the one while the other stops
    /// it.
    /// </summary>
    private readonly CancellationTokenSource _stop = new();

    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClientTarget _target;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServiceProvider _services;
    private readonly long _began;
    private readonly DateTimeOffset _beganAt;
    private Task _connecting = Task.CompletedTask;
    private int _disposed;

    /// <param name="options">Valid options.</param>
    /// <param name="loggers">The application's loggers.</param>
    /// <param name="time">The application's clock.</param>
    public ClusterConnection(SnakepitClientOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        var mistakes = new List<string>();
        _target = ClientTarget.TryRead(options, mistakes) ?? throw new InvalidOperationException(string.Join(" ", mistakes));
        _time = time;
        Answers = new AnswerWatch(time);
        _logger = OrleansServices.Logger(loggers);
        (_began, _beganAt) = (time.GetTimestamp(), time.GetUtcNow());
        _services = OrleansServices.Build(_target, _gateways, _refusals, this, loggers, time);
        Client = _services.GetRequiredService<IClusterClient>();
    }

    /// <inheritdoc/>
    public event Action? GatewayLost
    {
        add => _gateways.Lost += value;
        remove => _gateways.Lost -= value;
    }

    /// <summary>The Orleans client.</summary>
    public IClusterClient Client { get; }

    /// <inheritdoc/>
    public IGrainFactory Grains => Client;

    /// <inheritdoc/>
    public Task Connected => _connected.Task;

    /// <summary>When silos have answered.</summary>
    public AnswerWatch Answers { get; }

    /// <inheritdoc/>
    public string Where => Connected.IsCompletedSuccessfully
        ? $" at {_target.Place}"
        : string.Create(
            CultureInfo.InvariantCulture,
            $" at {_target.Place} since {_beganAt:HH:mm:ss} UTC ({_refusals.Reason ?? "no attempt has ended yet"})");

    /// <inheritdoc/>
    public void NoteAnswer() => Answers.NoteAnswer();

    /// <summary>Begins to connect and does not wait for it.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _connecting = ConnectAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <summary>Ends the connection, or the attempt to connect at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _connected.TrySetCanceled(_stop.Token);
        await _connecting.ConfigureAwait(false);
        await ((IHostedService)Client).StopAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>After a failed attempt: always another one, a second later. Orleans calls this.</summary>
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_refusals.Note(exception.GetBaseException().Message))
            ConnectionLog.NotConnected(_logger, _target.Place, _refusals.Reason!);
        await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends the connection if the application has not. More than one call does no harm.</summary>
    public async ValueTask DisposeAsync()
    {
        // The container disposes once for each service that this object was registered as.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Cuts the connection without taking leave, for containers that are disposed synchronously.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        _stop.Cancel();
        _connected.TrySetCanceled(_stop.Token);
        _services.Dispose();
    }

    private async Task ConnectAsync(CancellationToken stop)
    {
        try
        {
            // Orleans waits without a limit for the first answer of a silo whose connection it has, hence the limit on the wait.
            await ((IHostedService)Client).StartAsync(stop).WaitAsync(stop).ConfigureAwait(false);
            NoteAnswer();
            ConnectionLog.Connected(_logger, _target.ClusterId, _target.Place, _time.GetElapsedTime(_began).TotalSeconds);
            _connected.TrySetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The application stops before a silo has answered.
        }
        catch (Exception error) // a part of Orleans that is not about the network has failed; trying again would fail again
        {
            _refusals.Note(error.Message);
            ConnectionLog.Failed(_logger, _target.Place, error);
            _connected.TrySetException(error);
            _ = _connected.Task.Exception; // seen also when no call ever waits for it
        }
    }
}
