using Snakepit.Errors;
using Snakepit.Telemetry;

namespace Snakepit.Client.Routing;

/// <summary>Lets calls wait until the client is connected, each within its own budget. Thread-safe.</summary>
internal sealed class ConnectionGate(ICluster cluster, SnakepitClientOptions options, TimeProvider time)
{
    /// <summary>Waits for the connection. Completes at once when there is one.</summary>
    /// <param name="own">The caller's budget; null for none, which is <see cref="SnakepitClientOptions.ConnectTimeout"/> here.</param>
    /// <param name="elapsed">Time since the call began.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <exception cref="SnakepitException">
    /// No silo has answered in time, the connection has failed for good, or the application stops.
    /// </exception>
    public ValueTask PassAsync(TimeSpan? own, TimeSpan elapsed, CancellationToken cancellationToken) =>
        cluster.Connected.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(WaitAsync(own, elapsed, cancellationToken));

    private async Task WaitAsync(TimeSpan? own, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var total = own ?? options.ConnectTimeout;
        var left = total == Timeout.InfiniteTimeSpan ? total : total > elapsed ? total - elapsed : TimeSpan.Zero;
        try
        {
            await cluster.Connected.WaitAsync(RetryState.Limit(left), time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (cluster.Connected.IsFaulted)
        {
            throw new SnakepitException(
                new Failure
                {
                    Code = SnakepitErrorCode.ClusterUnreachable,
                    Message = $"The connection to the cluster has failed{cluster.Where}, and is not tried again. Mend what the log says "
                        + "(event 6002), and restart the application.",
                    Outcome = Outcome.NotStarted,
                },
                error);
        }
        catch (TimeoutException)
        {
            var knob = own is null
                ? $"{options.Path("ConnectTimeout")} is {total.TotalSeconds:0.###} s, for calls without a budget of their own"
                : $"the call's budget is {total.TotalSeconds:0.###} s";
            throw Unreachable($"No silo has answered{cluster.Where}; {knob}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable($"The application stops, and no silo has answered{cluster.Where}.");
        }
    }

    private static SnakepitException Unreachable(string message) => new(
        SnakepitErrorCode.ClusterUnreachable, message, Outcome.NotStarted, CallStage.Client);
}
