using System.Collections;
using System.Globalization;
using System.Reflection;
using Snakepit.Core.Options;
using Snakepit.Core.Processes;
using Snakepit.Core.Scaling;
using Snakepit.Execution;

namespace Snakepit.Core.Configuration;

/// <summary>
/// Fills options from a configuration tree and collects every mistake instead of stopping at the first: unknown keys,
/// values of the wrong kind, numbers out of range.
/// </summary>
public sealed class OptionsReader
{
    /// <summary>Below this many milliseconds a bare number was probably meant in seconds.</summary>
    private const int FewMilliseconds = 1000;

    private readonly List<OptionMistake> _mistakes = [];
    private readonly List<string> _doubts = [];

    /// <summary>The section that is being filled, and those around it.</summary>
    private readonly Stack<UnknownOption.Level> _levels = [];

    public IReadOnlyList<OptionMistake> Mistakes => _mistakes;

    /// <summary>What is allowed and probably not meant, one sentence each.</summary>
    public IReadOnlyList<string> Doubts => _doubts;

    public void Add(OptionMistake mistake) => _mistakes.Add(mistake.Masked());

    public T Read<T>(ConfigNode node)
        where T : new() => (T)Section(typeof(T), node);

    /// <summary>Sets those options of a section that the tree has. What has a mistake keeps its value.</summary>
    public void Fill(object section, ConfigNode node)
    {
        var properties = OptionProperties(section.GetType());
        if (node.Value is { Length: > 0 } stray)
            Add(new OptionMistake(node.Path, Shown(stray, properties), $"expected a section with {Names(properties)}, found a value"));
        _levels.Push(new UnknownOption.Level(node.Path, properties));
        foreach (var (name, child) in node.Children)
        {
            var property = Array.Find(properties, candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                Add(new OptionMistake(
                    child.Path,
                    VariableNames.Secrets.Matches(name) ? null : Shown(child.Value, properties),
                    UnknownOption.Problem(child.Path, name, [.. _levels])));
            }
            else if (!child.IsEmpty && Value(property.PropertyType, property.GetCustomAttribute<OptionAttribute>(), child) is { } value)
            {
                // An emptied variable cannot be told from an empty text; where nothing is the default, it means nothing.
                if (value is not "" || property.GetValue(section) is not null)
                    property.SetValue(section, value);
            }
        }

        _levels.Pop();
    }

    private object Section(Type type, ConfigNode node)
    {
        var section = Activator.CreateInstance(type)!;
        Fill(section, node);
        return section;
    }

    private object? Value(Type type, OptionAttribute? option, ConfigNode node)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(IReadOnlyDictionary<string, string>))
            return TextsByName(node);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return SectionsByName(type.GetGenericArguments()[1], node);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return ListOf(type.GetGenericArguments()[0], option, node);
        if (type.IsClass && type != typeof(string))
            return Section(type, node);
        if (node.Children.Count > 0)
        {
            Add(new OptionMistake(node.Path, null, "expected a value, found a section"));
            return null;
        }

        if (node.Value is not { } text)
        {
            Add(new OptionMistake(node.Path, null, "expected a value, found none"));
            return null;
        }

        return Scalar(type, option, node.Path, text);
    }

    private IDictionary SectionsByName(Type section, ConfigNode node)
    {
        var sections = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), section))!;
        if (node.Value is { Length: > 0 })
            Add(new OptionMistake(node.Path, null, "expected names with sections, found a value"));
        foreach (var (name, child) in node.Children.Where(pair => !pair.Value.IsEmpty))
            sections[name] = Section(section, child);
        return sections;
    }

    private Dictionary<string, string> TextsByName(ConfigNode node)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node.Value is { Length: > 0 } stray)
            Add(new OptionMistake(node.Path, stray, "expected names with values, found a value"));
        foreach (var (name, child) in node.Children)
        {
            if (child.Children.Count > 0)
                Add(new OptionMistake(child.Path, null, "expected a value, found a section"));
            else if (IsIndex(name))
                AddPair(texts, child);
            else
                texts[name] = child.Value ?? "";
        }

        return texts;
    }

    /// <summary>An entry of the list form, <c>["NAME=value"]</c>; no variable has a number for its name.</summary>
    private void AddPair(Dictionary<string, string> texts, ConfigNode entry)
    {
        var text = entry.Value ?? "";
        var end = text.IndexOf('=', StringComparison.Ordinal);
        if (end > 0)
            texts[text[..end]] = text[(end + 1)..];
        else
            Add(new OptionMistake(entry.Path, text, "expected NAME=value, or a section with names and values"));
    }

    private static bool IsIndex(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private object ListOf(Type element, OptionAttribute? option, ConfigNode node)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        if (node.Value is { Length: > 0 } single)
        {
            if (element == typeof(string))
                list.Add(single);
            else
                Add(new OptionMistake(node.Path, single, "expected a list, found a value"));
        }

        foreach (var (name, child) in node.Children)
        {
            if (!IsIndex(name))
                Add(new OptionMistake(child.Path, child.Value, "expected a list; its entries are numbered 0, 1, 2"));
            else if (Value(element, option, child) is { } value)
                list.Add(value);
        }

        return list;
    }

    private object? Scalar(Type type, OptionAttribute? option, string path, string text)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : Wrong("expected true or false");
        if (type.IsEnum)
        {
            var name = Array.Find(Enum.GetNames(type), candidate => Same(candidate, text));
            return name is not null ? Enum.Parse(type, name) : Wrong($"expected one of {string.Join(", ", Enum.GetNames(type))}");
        }

        if (type == typeof(TimeSpan))
            return Span();
        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
            return Number();
        throw new NotSupportedException($"Option type {type} at {path} has no reader.");

        object? Number()
        {
            if (option is { ByWorkload: true } && WorkloadSize.Parse(text) is { } workload)
                return WorkloadSize.Workers(workload, Environment.ProcessorCount);
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                || !double.IsFinite(number)
                || (type != typeof(double) && (number != Math.Floor(number) || Math.Abs(number) >= long.MaxValue)))
            {
                return Wrong(type == typeof(double) ? "expected a number"
                    : option is { ByWorkload: true } ? $"expected a whole number, or one of {string.Join(", ", WorkloadSize.Names)}"
                    : "expected a whole number");
            }

            if (OptionRange.Flaw(option, number) is { } flaw)
                return Wrong(flaw);
            if (type == typeof(int) && number is < int.MinValue or > int.MaxValue)
                return Wrong($"expected a whole number from {int.MinValue} to {int.MaxValue}");
            return Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        }

        object? Span()
        {
            if (Duration.TryParse(text) is not { } span)
                return Wrong($"expected a duration: {Duration.Forms}{(option is { AllowInfinite: true } ? ", infinite" : "")}");
            if (OptionRange.Flaw(option, span) is { } flaw)
                return Wrong(flaw);
            if (option is { InMilliseconds: false })
                DoubtFew(path, text.Trim(), span);
            return span;
        }

        object? Wrong(string problem)
        {
            Add(new OptionMistake(path, text, problem));
            return null;
        }
    }

    /// <summary>In a section that has a secret option, what stands in the wrong place may be that secret under a wrong name.</summary>
    private static string? Shown(string? value, PropertyInfo[] section) =>
        Array.Exists(section, property => property.GetCustomAttribute<OptionAttribute>()!.Secret) ? null : value;

    private void DoubtFew(string path, string text, TimeSpan span)
    {
        if (span <= TimeSpan.Zero
            || span.TotalMilliseconds >= FewMilliseconds
            || !text.All(letter => char.IsAsciiDigit(letter) || letter == '.'))
            return;
        _doubts.Add(
            $"{path} = '{text}' is {Duration.Format(span)}, since a number without a unit is milliseconds. "
            + $"Write {text}s if seconds are meant, {Duration.Format(span)} if not.");
    }

    /// <summary>Names compare without case and separators, so <c>production_strict</c> is <c>ProductionStrict</c>.</summary>
    private static bool Same(string name, string text) =>
        name.Equals(
            text.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    internal static PropertyInfo[] OptionProperties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.IsDefined(typeof(OptionAttribute)))];

    /// <summary>What a list, or names with sections, has in each entry; null for every other type.</summary>
    internal static Type? EntryType(Type type) =>
        type.IsGenericType
        && (type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) || type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            ? type.GetGenericArguments()[^1]
            : null;

    private static string Names(PropertyInfo[] properties) => string.Join(", ", properties.Select(property => property.Name));
}
