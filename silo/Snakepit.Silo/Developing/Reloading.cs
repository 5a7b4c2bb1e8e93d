using Snakepit.Core.Lifecycle;
using Snakepit.Core.Options;
using Snakepit.Hosting.Identity;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Silo.Developing;

/// <summary>Gives the pools of this silo fresh workers when the Python files in the folders of their search path change.</summary>
internal sealed class Reloading
{
    /// <summary>Between two looks. A change is acted on when two looks in a row are equal.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Files that a line names.</summary>
    private const int MostNamed = 3;

    private readonly (string Pool, string[] Folders, CodeWatch Watch)[] _pools;
    private readonly string _silo;

    /// <summary>Takes the first look, before any worker reads the files.</summary>
    public Reloading(SnakepitOptions options)
    {
        _silo = SiloIdentity.Name(options);
        _pools =
        [
            .. from pool in options.OwnPools
               let folders = pool.PythonPath.Where(Directory.Exists).ToArray()
               select (pool.Name, folders, new CodeWatch(PythonFiles.Look(folders))),
        ];
    }

    /// <summary>Watches until the silo stops.</summary>
    public async Task RunAsync(IGrainFactory grains, CancellationToken stopping)
    {
        foreach (var (pool, folders, _) in _pools)
        {
            Say(folders.Length == 0
                ? $"Pool '{pool}' has no PythonPath, so the files of its adapter are not watched."
                : $"Pool '{pool}' gets fresh workers when a Python file changes in {string.Join(", ", folders)}.");
        }

        using var timer = new PeriodicTimer(Pause, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                await LookAsync(grains);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync(IGrainFactory grains)
    {
        foreach (var (pool, folders, watch) in _pools)
        {
            var changed = "The files";
            try
            {
                if (watch.Look(PythonFiles.Look(folders)) is not { Count: > 0 } files)
                    continue;
                changed = Named(files);
                var shard = grains.GetGrain<IPoolShardGrain>(new ShardId(pool, _silo).ToString());
                var marked = await shard.RecycleAsync(null, RecycleReason.Manual);
                Say(marked == 0
                    ? $"{changed} changed: pool '{pool}' has no worker now; the next one that starts reads them."
                    : $"{changed} changed: {marked} workers of pool '{pool}' are replaced. Calls go to the old ones until the new ones "
                        + "are ready.");
            }
            catch (Exception error) // the silo stops, or is not well, which its log says; the next change is another try
            {
                Say($"{changed} changed or could not be looked at, and pool '{pool}' could not be told: {error.Message}");
            }
        }
    }

    private static string Named(IReadOnlyList<string> files)
    {
        var here = Directory.GetCurrentDirectory();
        var names = string.Join(", ", files.Take(MostNamed).Select(file => Path.GetRelativePath(here, file)));
        return files.Count > MostNamed ? $"{names} and {files.Count - MostNamed} more" : names;
    }

    private static void Say(string text) => Console.Error.WriteLine($"snakepit dev: {text}");
}
