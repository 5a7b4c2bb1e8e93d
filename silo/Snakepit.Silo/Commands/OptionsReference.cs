using System.Globalization;
using System.Reflection;
using System.Text;
using Snakepit.Core.Options;
using Snakepit.Core.Scaling;
using Snakepit.Core.Timeouts;
using Snakepit.Execution;

namespace Snakepit.Silo.Commands;

/// <summary>The reference of all options, from the options classes themselves.</summary>
internal static class OptionsReference
{
    public static string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("""
            # Configuration

            Written by `snakepit config reference`; do not edit. Options come from the JSON file (`--config`), the environment
            (`Snakepit__Pools__0__PoolSize=8`) and the command line (`--Snakepit:Pools:0:PoolSize=8`); the later one wins. Unknown
            options and all other mistakes are reported together at the start. `snakepit config explain` prints the time-outs that
            follow from a configuration and where each came from.

            Durations: milliseconds (`1500`), `1500ms`, `60s`, `5m`, `1h`, `1d`, `00:02:00`; `infinite` where the table says so. *Guide*
            is the key in the guides of the Elixir system.

            Short names in the environment: `SNAKEPIT_PYTHON` (interpreter), `SNAKEPIT_INSTANCE_NAME`, `SNAKEPIT_INSTANCE_TOKEN`,
            `SNAKEPIT_DATA_DIR`, `SNAKEPIT_OTEL_ENDPOINT` (collector of OpenTelemetry).


            """);
        Section(text, "Snakepit", typeof(SnakepitOptions), new SnakepitOptions(), own: true);
        Sections(text, "Snakepit", typeof(SnakepitOptions));
        Section(text, "Snakepit:Pools:*", typeof(PoolOptions), new PoolOptions(), own: true);
        Section(text, "Snakepit:Pools:*:Silos", typeof(PoolSilosOptions), new PoolSilosOptions(), own: true);
        text.AppendLine("## Time-outs: `Snakepit` for all pools, `Snakepit:Pools:*` for one").AppendLine();
        text.AppendLine(
                "The more specific wins: a call's own budget, the pool's options, the pool's profile, the silo's options, "
                + "the silo's profile, the default.")
            .AppendLine();
        Table(text, Properties(typeof(TimeoutOptions), declaredBy: typeof(TimeoutOptions)), null);
        Profiles(text);
        return text.ToString();
    }

    /// <summary>The sections inside a section, and what is inside them.</summary>
    private static void Sections(StringBuilder text, string path, Type type)
    {
        foreach (var property in type.GetProperties().Where(property => property.IsDefined(typeof(OptionAttribute))))
        {
            var (at, section) = property.PropertyType switch
            {
                var single when IsSection(single) => ($"{path}:{property.Name}", single),
                { IsGenericType: true } many when many.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
                    && IsSection(many.GetGenericArguments()[1]) => ($"{path}:{property.Name}:*", many.GetGenericArguments()[1]),
                _ => (path, null),
            };
            if (section is null)
                continue;
            Section(text, at, section, Activator.CreateInstance(section)!, own: true);
            Sections(text, at, section);
        }
    }

    private static bool IsSection(Type type) => type.IsClass && type != typeof(string) && !type.IsGenericType;

    private static void Section(StringBuilder text, string path, Type type, object defaults, bool own)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"## `{path}`").AppendLine();
        Table(text, Properties(type, own ? type : null), defaults);
    }

    private static IEnumerable<(PropertyInfo Property, OptionAttribute Option)> Properties(Type type, Type? declaredBy) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => declaredBy is null || property.DeclaringType == declaredBy)
        .Select(property => (property, property.GetCustomAttribute<OptionAttribute>()!))
        .Where(pair => pair.Item2 is not null);

    private static void Table(StringBuilder text, IEnumerable<(PropertyInfo Property, OptionAttribute Option)> properties, object? defaults)
    {
        text.AppendLine("| Option | Default | Unit, range | Layer | Guide | Meaning |").AppendLine("|---|---|---|---|---|---|");
        foreach (var (property, option) in properties)
        {
            var value = option.DefaultText ?? Default(defaults is null ? null : property.GetValue(defaults));
            var (unit, guide) = (Unit(property.PropertyType, option), option.Guide is { } key ? $"`{key}`" : "");
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| `{property.Name}` | {value} | {unit} | {option.Layer} | {guide} | {option.Description} |");
        }

        text.AppendLine();
    }

    private static string Default(object? value) => value switch
    {
        null => "",
        TimeSpan span => Duration.Format(span),
        bool flag => flag ? "true" : "false",
        string { Length: > 0 } word => $"`{word}`",
        int or long or double => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        Enum name => name.ToString(),
        _ => "",
    };

    private static string Unit(Type type, OptionAttribute option)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(TimeSpan))
        {
            var range = Range(option, value => Duration.Format(TimeSpan.FromMilliseconds(value)));
            return $"duration{range}{(option.AllowInfinite ? ", infinite" : "")}";
        }

        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
        {
            var words = option.ByWorkload ? $"; {string.Join(", ", WorkloadSize.Names)}" : "";
            return $"number{Range(option, value => value.ToString(CultureInfo.InvariantCulture))}{words}";
        }

        if (type == typeof(bool))
            return "true, false";
        if (type.IsEnum)
            return string.Join(", ", Enum.GetNames(type));
        if (type.IsGenericType)
        {
            return type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? "list"
                : IsSection(type.GetGenericArguments()[1]) ? "names and sections" : "names and values";
        }

        return type == typeof(string) ? "text" : "section";
    }

    private static string Range(OptionAttribute option, Func<double, string> format) => option switch
    {
        { Min: double.NegativeInfinity, Max: double.PositiveInfinity } => "",
        { Max: double.PositiveInfinity } => $", {format(option.Min)} or more",
        { Min: double.NegativeInfinity } => $", at most {format(option.Max)}",
        _ => $", {format(option.Min)} to {format(option.Max)}",
    };

    private static void Profiles(StringBuilder text)
    {
        text.AppendLine("## Profiles").AppendLine();
        text.AppendLine("| Profile | PoolRequestTimeout | PoolStreamingTimeout | PoolQueueTimeout, CheckoutTimeout |")
            .AppendLine("|---|---|---|---|");
        foreach (var (profile, values) in TimeoutProfiles.All)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {profile} | {Duration.Format(values.DefaultTimeout)} | {Duration.Format(values.StreamTimeout)} "
                + $"| {Duration.Format(values.QueueTimeout)} |");
        }

        text.AppendLine();
        text.Append("""
            ## How a budget is divided

            `Python = total − WorkerCallMargin − PoolReplyMargin`, `shard = total − WorkerCallMargin`: of 60 s Python has 58.8 s
            and the shard 59 s. Of a budget under five times both margins together (6 s by default) the margins take a fifth, each its share
            of it: of 1 s Python has 800 ms. Never under 1 ms; infinite stays infinite. Waiting in the queue is deducted from Python's time
            and ends at `PoolQueueTimeout` or at Python's deadline, whichever is earlier. A stream's budget, `PoolStreamingTimeout`, is
            divided alike; it waits no longer than `CheckoutTimeout`, and `GrpcWorkerStreamTimeout`, where written, begins with the
            dispatch. Inner limits always end before outer ones, so the error comes from the layer that knows most:

            | Which limit | Code | Message |
            |---|---|---|
            | queue | `queue_timeout` | The call … waited … in the queue of pool … |
            | Python and shard | `execution_timeout` | Tool … did not finish within …; it is being stopped |
            | client | `deadline_exceeded` | Tool … did not answer within its budget of … |
            | budget spent before the start | `deadline_exceeded` | The budget … was spent before … could start it |
            | reader of a stream | `stream_reader_timeout` | The reader … did not ask for more within … |
            """);
        text.AppendLine()
            .AppendLine(
                "| start of a process | `pool_not_ready`, `pool_failed` | … within … s; PoolStartupTimeout, GrpcServerReadyTimeout "
                + "or WorkerReadyTimeout is the limit |");
    }
}
