using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Snakepit.Client.Routing;
using Snakepit.Pools;

namespace Snakepit.Client.Connections;

/// <summary>
/// Says whether a silo answers: asks one for the view of the default pool unless a call or a refresh has been answered a moment ago. A pool
/// that does not exist is an answer too. Thread-safe.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="answers">When its silos have answered.</param>
/// <param name="options">The client's options.</param>
/// <param name="time">The application's clock.</param>
internal sealed class ClusterHealthCheck(ICluster cluster, AnswerWatch answers, SnakepitClientOptions options, TimeProvider time)
    : IHealthCheck
{
    /// <summary>An answer as old as this needs no new question.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long silence is taken for a silo that has died and whose grains are about to move; then the check says Degraded, with which
    /// frontends stay in service. Silence begins with the first question that has no answer.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long one question may take.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!cluster.Connected.IsCompletedSuccessfully)
            return HealthCheckResult.Unhealthy($"No silo has answered{cluster.Where}.");
        if (answers.SinceAnswer is { } quiet && quiet > Fresh && await AskAsync(cancellationToken).ConfigureAwait(false) is { } reason
            && answers.Silence is { } silence) // else another question has been answered meanwhile
        {
            var since = time.GetUtcNow() - silence;
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"No silo has answered{cluster.Where} since {since:HH:mm:ss} UTC, for {silence.TotalSeconds:0} s: {reason}");
            return silence > Patience ? HealthCheckResult.Unhealthy(text) : HealthCheckResult.Degraded(text);
        }

        return HealthCheckResult.Healthy($"A silo answers{cluster.Where}.");
    }

    /// <summary>Null when a silo answered, else why not.</summary>
    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        answers.NoteQuestion();
        try
        {
            var pool = cluster.Grains.GetGrain<IPoolGrain>(options.DefaultPool);
            await pool.GetViewAsync().WaitAsync(Limit, time, cancellationToken).ConfigureAwait(false);
            cluster.NoteAnswer();
            return null;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return error is TimeoutException ? $"a question took longer than {Limit.TotalSeconds:0} s" : error.Message;
        }
    }
}
