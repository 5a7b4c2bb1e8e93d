using System.Reflection;
using System.Runtime.CompilerServices;

namespace Snakepit.Architecture.Tests;

/// <summary>What a type may look like.</summary>
public sealed class ShapeTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Records of options and messages may have more: nobody writes their values without names.</summary>
    [Fact]
    public void A_constructor_takes_at_most_six_things()
    {
        var greedy =
            from type in House.All.SelectMany(assembly => assembly.GetTypes())
            where type.IsClass && !IsRecord(type) && !type.IsDefined(typeof(CompilerGeneratedAttribute))
            from constructor in type.GetConstructors(Own)
            let count = constructor.GetParameters().Length
            where count > 6
            select $"{type.FullName} takes {count}";

        Assert.Empty(greedy);
    }

    /// <summary>Tables in Markdown may be wider: a row cannot be wrapped.</summary>
    [Fact]
    public void Lines_end_at_140_columns()
    {
        var wide =
            from file in House.Texts
            from line in File.ReadLines(file).Index()
            where line.Item.Length > 140 && !(file.EndsWith(".md", StringComparison.Ordinal) && line.Item.StartsWith('|'))
            select $"{Path.GetRelativePath(House.Root, file)}:{line.Index + 1}";

        Assert.Empty(wide);
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Own) is not null;
}
