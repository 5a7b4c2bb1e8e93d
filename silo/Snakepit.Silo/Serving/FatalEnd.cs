using Snakepit.Silo.Commands;
using Snakepit.Workers.Host;

namespace Snakepit.Silo.Serving;

/// <summary>
/// What the silo does when Orleans says that it cannot go on: it says why in one line, kills its workers and ends with an exit code of its
/// own. The framework's own way is a dump of the whole process. The most frequent cause is that the other silos have declared this one
/// dead, because it was cut off or stood still for too long.
/// </summary>
internal sealed class FatalEnd(IServiceProvider services, ILogger<FatalEnd> logger) : IFatalErrorHandler
{
    /// <summary>For the log to be written, which happens on threads of its own.</summary>
    private static readonly TimeSpan LogTime = TimeSpan.FromMilliseconds(250);

    private int _ended;

    public bool IsUnexpected(Exception exception) => exception is not ThreadInterruptedException;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        if (context?.Contains("told I am dead", StringComparison.Ordinal) == true) // MembershipTableManager, Orleans 10.4
            SiloLog.DeclaredDead(logger);
        else
            SiloLog.CannotGoOn(logger, exception, context ?? "no reason given");
        Thread.Sleep(LogTime);
        LeavingAtOnce.Leave(services.GetRequiredService<WorkerHost>(), ExitCodes.Lost);
    }
}
