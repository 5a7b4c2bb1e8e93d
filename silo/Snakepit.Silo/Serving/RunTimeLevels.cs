using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;
using Snakepit.Workers.Host;

namespace Snakepit.Silo.Serving;

/// <summary>
/// Levels of log categories that an administrator has set while the silo runs. They win over those of the configuration, and end with the
/// process or after their time. Thread-safe.
/// </summary>
internal sealed class RunTimeLevels(TimeProvider time) : ConfigurationProvider, IDisposable
{
    private const string Section = "LogLevel";

    private readonly ConcurrentDictionary<string, ITimer> _ends = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _setting = new();

    /// <summary>What is set now, by category.</summary>
    public IReadOnlyDictionary<string, LogLevel> Levels
    {
        get
        {
            lock (_setting)
            {
                return Data.Where(pair => pair.Value is not null).ToDictionary(
                    pair => pair.Key[(Section.Length + 1)..], pair => Enum.Parse<LogLevel>(pair.Value!), StringComparer.OrdinalIgnoreCase);
            }
        }
    }

    /// <summary>What is set now for a category, or for the longest beginning of it; null when nothing is.</summary>
    public LogLevel? LevelOf(string category)
    {
        var levels = Levels;
        var found = levels.Keys
            .Where(key => category.StartsWith(key, StringComparison.OrdinalIgnoreCase))
            .MaxBy(key => key.Length);
        return levels.TryGetValue(found ?? "Default", out var level) ? level : null;
    }

    /// <summary>Sets the level of categories.</summary>
    /// <param name="categories">Each one, or the beginning of several; "Default" for all that have no level of their own.</param>
    /// <param name="level">The level; null goes back to the configuration.</param>
    /// <param name="limit">How long it counts; null for as long as the process lives.</param>
    public void Set(IReadOnlyList<string> categories, LogLevel? level, TimeSpan? limit = null)
    {
        lock (_setting)
        {
            foreach (var category in categories)
                Set(category, level, limit);
        }

        OnReload();
    }

    /// <summary>Has the log of Python, whose lines come under the category of the workers' host, keep to these levels as well.</summary>
    public IDisposable Tell(WorkerHost workers)
    {
        var category = typeof(WorkerHost).FullName!;
        return ChangeToken.OnChange(GetReloadToken, () =>
        {
            LogLevel? told;
            do
                workers.SetLogLevel(told = LevelOf(category));
            while (told != LevelOf(category)); // another thread has set it meanwhile, and may have told its level first
        });
    }

    private void Set(string category, LogLevel? level, TimeSpan? limit)
    {
        if (_ends.TryRemove(category, out var end))
            end.Dispose();
        if (level is { } name)
            Data[$"{Section}:{category}"] = name.ToString();
        else
            Data.Remove($"{Section}:{category}");
        if (level is not null && limit is { } span)
            _ends[category] = time.CreateTimer(_ => Set([category], null), null, span, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has the log keep to these levels. Called after those of the configuration are added.</summary>
    public void AddTo(ILoggingBuilder logging) => logging.AddConfiguration(new ConfigurationRoot([this]));

    public void Dispose()
    {
        foreach (var end in _ends.Values)
            end.Dispose();
    }
}
