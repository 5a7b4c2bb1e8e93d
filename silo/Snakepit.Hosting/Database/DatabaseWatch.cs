using Microsoft.Extensions.Hosting;
using Npgsql;
using Snakepit.Grains.Silos;
using Snakepit.Hosting.Failures;

namespace Snakepit.Hosting.Database;

/// <summary>
/// Asks the database of the cluster every five seconds whether it answers. The framework goes on without it; all that it tells operators
/// are exceptions in the log of what it wanted to read or write.
/// </summary>
internal sealed class DatabaseWatch(
    DatabaseConnection connection, NpgsqlDataSource database, DatabaseHealth health, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            await DatabaseCheck.AskInTimeAsync(connection, AnswerAsync, stopping);
            health.Answers();
        }
        catch (StartupException error)
        {
            health.Fails(error.Message);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested) // a watch that fails would stop the silo
        {
            health.Fails($"The {connection.Place} cannot be asked: {error.GetType().Name}: {error.Message.TrimEnd('.')}.");
        }
    }

    private async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        await using var question = database.CreateCommand("SELECT 1");
        return await question.ExecuteScalarAsync(cancellationToken) is not null;
    }
}
