using System.Text.RegularExpressions;
using Snakepit.Core.Options;
using Snakepit.Core.Processes;

namespace Snakepit.Core.Configuration;

/// <summary>Checks what no single option can check by itself. Adds to the reader's mistakes, so that a person sees all at once.</summary>
public static partial class SnakepitOptionsValidator
{
    /// <summary>Reads and checks the section.</summary>
    /// <param name="section">The section Snakepit.</param>
    /// <param name="needsPools">Whether no pool at all is a mistake.</param>
    /// <param name="doubts">Gets a sentence for each value that is allowed and probably not meant.</param>
    /// <exception cref="InvalidOptionsException">Anything is wrong; it lists everything that is.</exception>
    public static SnakepitOptions Read(ConfigNode section, bool needsPools = true, ICollection<string>? doubts = null)
    {
        var options = new SnakepitOptions();
        var reader = Fill(options, section);
        foreach (var doubt in reader.Doubts)
            doubts?.Add(doubt);
        OptionMistake[] mistakes = [.. reader.Mistakes, .. Mistakes(options, section.Path, needsPools)];
        return mistakes.Length == 0 ? options : throw new InvalidOptionsException(mistakes);
    }

    /// <summary>Sets the options that the section has; the reader knows what was wrong in it.</summary>
    /// <param name="options">Keeps the values that the section does not have, or has wrong.</param>
    /// <param name="section">The section Snakepit.</param>
    public static OptionsReader Fill(SnakepitOptions options, ConfigNode section)
    {
        RogueCleanupShortForm.Expand(section);
        var reader = new OptionsReader();
        reader.Fill(options, section);
        return reader;
    }

    /// <summary>Everything that is wrong with options, whether a file or code has set them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="path">Path of the section, for the messages.</param>
    /// <param name="needsPools">Whether no pool at all is a mistake.</param>
    public static IEnumerable<OptionMistake> Mistakes(
        SnakepitOptions options, string path = SnakepitOptions.Section, bool needsPools = true) =>
        OptionRange.Mistakes(options, path).Concat(Check(options, path, needsPools)).Select(mistake => mistake.Masked());

    private static IEnumerable<OptionMistake> Check(SnakepitOptions options, string path, bool needsPools)
    {
        if (needsPools && options.Pools.Count == 0)
            yield return new OptionMistake(
                $"{path}:Pools",
                null,
                "at least one pool is needed, for example [ { \"Name\": \"default\", \"AdapterModule\": \"myapp.adapter.MainAdapter\" } ]");
        if (!Identity().IsMatch(options.InstanceName))
            yield return new OptionMistake($"{path}:InstanceName", options.InstanceName, IdentityRule);
        if (!Identity().IsMatch(options.InstanceToken))
            yield return new OptionMistake($"{path}:InstanceToken", options.InstanceToken, IdentityRule);
        if (options.PythonLogLevel is not ("debug" or "info" or "warning" or "error"))
            yield return new OptionMistake($"{path}:PythonLogLevel", options.PythonLogLevel, "expected one of debug, info, warning, error");
        if (options.MaxBufferedBytes < Math.Max(options.MaxRequestBytes, options.MaxResultBytes))
        {
            yield return new OptionMistake(
                $"{path}:MaxBufferedBytes", $"{options.MaxBufferedBytes}",
                $"must not be less than MaxRequestBytes ({options.MaxRequestBytes}) and MaxResultBytes ({options.MaxResultBytes}), else a "
                + "call that may be made never could");
        }

        foreach (var mistake in ClusterOptionsCheck.Mistakes(options.Cluster, $"{path}:Cluster"))
            yield return mistake;
        foreach (var mistake in HttpOptionsCheck.Mistakes(options.Http, $"{path}:Http"))
            yield return mistake;
        foreach (var mistake in TelemetryCheck.Mistakes(options.OpenTelemetry, $"{path}:OpenTelemetry"))
            yield return mistake;
        foreach (var mistake in RolesCheck.Mistakes(options.Roles, $"{path}:Roles"))
            yield return mistake;
        foreach (var mistake in Inherited(options.InheritEnvironment, $"{path}:InheritEnvironment"))
            yield return mistake;

        for (var i = 0; i < options.Pools.Count; i++)
        {
            var pool = options.Pools[i];
            var poolPath = $"{path}:Pools:{i}";
            if (!PoolName.IsValid(pool.Name))
                yield return new OptionMistake($"{poolPath}:Name", pool.Name, PoolName.Rule);
            if (options.Pools.Take(i).Any(other => other.Name == pool.Name) && pool.Name.Length > 0)
                yield return new OptionMistake($"{poolPath}:Name", pool.Name, "another pool has this name already");
            if (string.IsNullOrWhiteSpace(pool.Adapter))
                yield return new OptionMistake(
                    $"{poolPath}:AdapterModule",
                    null,
                    "no adapter: set AdapterModule, or AdapterArgs to [\"--adapter\", \"pkg.module.Class\"]");
            if (pool.MemoryGrowthFactor is > 0 and <= 1)
                yield return new OptionMistake(
                    $"{poolPath}:MemoryGrowthFactor",
                    pool.MemoryGrowthFactor.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    "expected 0 (no limit) or more than 1: a worker has its fresh size at once, and would be replaced for ever");
            if (ElixirKeys.AdapterFlaw(pool) is { } elixir)
                yield return new OptionMistake($"{poolPath}:AdapterModule", pool.AdapterModule, elixir);
            else if (pool.AdapterModule is not null && pool.AdapterArgs.Contains("--adapter"))
                yield return new OptionMistake(
                    $"{poolPath}:AdapterArgs", "--adapter", "the adapter is named twice; AdapterModule names it already");
            foreach (var mistake in RolesCheck.Mistakes(pool.Silos.Roles, $"{poolPath}:Silos:Roles"))
                yield return mistake;
            var whole = pool with { MaxQueueSize = pool.MaxQueueSize ?? options.PoolMaxQueueSize };
            foreach (var mistake in ScalingCheck.Mistakes(whole, poolPath).Concat(ThreadsCheck.Mistakes(pool, poolPath)))
                yield return mistake;
            foreach (var mistake in Inherited(pool.InheritEnvironment ?? [], $"{poolPath}:InheritEnvironment"))
                yield return mistake;
        }
    }

    private static IEnumerable<OptionMistake> Inherited(IReadOnlyList<string> entries, string path) =>
        from pair in entries.Index()
        let flaw = Inheritance.Flaw(pair.Item)
        where flaw is not null
        select new OptionMistake($"{path}:{pair.Index}", pair.Item, flaw);

    private const string IdentityRule = "expected 1 to 64 letters, digits, '-' or '_'";

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex Identity();
}
