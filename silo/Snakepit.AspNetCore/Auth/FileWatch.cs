using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Snakepit.AspNetCore.Auth;

/// <summary>Looks every second whether the files of keys have changed.</summary>
internal sealed class FileWatch(KeyRing keys, TokenKeys tokens, TimeProvider time, ILogger<FileWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var files = new IWatchedFile?[] { keys.File, tokens.File }.OfType<IWatchedFile>().ToArray();
        if (files.Length == 0)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var file in files)
                file.Look(logger);
        }
    }
}
