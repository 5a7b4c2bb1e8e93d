using System.Collections;
using System.Globalization;
using System.Reflection;
using Snakepit.Core.Options;
using Snakepit.Execution;

namespace Snakepit.Core.Configuration;

/// <summary>Checks numbers and durations against the ranges that their <see cref="OptionAttribute"/> gives.</summary>
internal static class OptionRange
{
    /// <summary>What is wrong with a number; null when nothing is.</summary>
    public static string? Flaw(OptionAttribute? option, double number) =>
        IsOutside(option, number) ? $"allowed is {Range(option!, value => value.ToString(CultureInfo.InvariantCulture))}" : null;

    /// <summary>What is wrong with a duration; null when nothing is.</summary>
    public static string? Flaw(OptionAttribute? option, TimeSpan span)
    {
        if (span == Timeout.InfiniteTimeSpan)
            return option is { AllowInfinite: true } ? null : "infinite is not allowed here";
        return IsOutside(option, span.TotalMilliseconds)
            ? $"allowed is {Range(option!, value => Duration.Format(TimeSpan.FromMilliseconds(value)))}"
            : null;
    }

    /// <summary>
    /// Finds the values in a section and its subsections that are out of range. Code can set such values; the reader of configuration
    /// files refuses them.
    /// </summary>
    public static IEnumerable<OptionMistake> Mistakes(object section, string path)
    {
        foreach (var property in OptionsReader.OptionProperties(section.GetType()))
        {
            var option = property.GetCustomAttribute<OptionAttribute>();
            var at = $"{path}:{property.Name}";
            foreach (var mistake in Mistakes(property.GetValue(section), option, at))
                yield return mistake;
        }
    }

    private static IEnumerable<OptionMistake> Mistakes(object? value, OptionAttribute? option, string path) => value switch
    {
        null or string or bool or Enum or IReadOnlyDictionary<string, string> => [],
        TimeSpan span => Flaw(option, span) is { } flaw ? [new OptionMistake(path, Duration.Format(span), flaw)] : [],
        int or long or double => Mistakes(Convert.ToDouble(value, CultureInfo.InvariantCulture), option, path),
        IDictionary sections => sections.Keys.Cast<string>().SelectMany(name => Mistakes(sections[name]!, $"{path}:{name}")),
        IEnumerable list => list.Cast<object>().SelectMany((entry, i) => Mistakes(entry, null, $"{path}:{i}")),
        _ => Mistakes(value, path),
    };

    private static IEnumerable<OptionMistake> Mistakes(double number, OptionAttribute? option, string path) =>
        Flaw(option, number) is { } flaw ? [new OptionMistake(path, number.ToString(CultureInfo.InvariantCulture), flaw)] : [];

    private static bool IsOutside(OptionAttribute? option, double number) =>
        option is not null && (number < option.Min || number > option.Max);

    private static string Range(OptionAttribute option, Func<double, string> format) => option switch
    {
        { Min: double.NegativeInfinity } => $"at most {format(option.Max)}",
        { Max: double.PositiveInfinity } => $"{format(option.Min)} or more",
        _ => $"{format(option.Min)} to {format(option.Max)}",
    };
}
