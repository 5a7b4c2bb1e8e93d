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

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Own) is not null;
}
