namespace Snakepit.Bench;

/// <summary>From the start of <c>snakepit serve</c> to an answering silo, and to eight ready workers.</summary>
internal static class StartupBench
{
    private const int Times = 3;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Times; i++)
        {
            await using var silo = await SiloProcess.StartAsync(workers: 8, capacity: 1, cancellationToken);
            report.Startups.Add((silo.SiloReady, silo.WorkersReady));
        }
    }
}
