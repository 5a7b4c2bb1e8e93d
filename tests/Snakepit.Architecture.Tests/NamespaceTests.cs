using ArchUnitNET.Fluent;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;

namespace Snakepit.Architecture.Tests;

/// <summary>
/// Namespaces see each other one way, as assemblies do. Constants and doc comments leave no trace in an assembly and are not seen.
/// </summary>
public sealed class NamespaceTests
{
    private static readonly ArchUnitNET.Domain.Architecture Loaded = new ArchLoader().LoadAssemblies(House.All).Build();

    [Fact]
    public void No_two_namespaces_see_each_other_even_by_way_of_others() =>
        Hold(SliceRuleDefinition.Slices().Matching("Snakepit.(**)").Should().BeFreeOfCycles());

    /// <summary>The machine gets specs. What a person wrote is the grains' and the host's business.</summary>
    [Fact]
    public void Workers_do_not_see_options() =>
        Hold(ArchRuleDefinition.Types().That().ResideInAssembly(House.Workers).Should().NotDependOnAny(
            ArchRuleDefinition.Types().That().ResideInNamespace("Snakepit.Core.Options")));

    private static void Hold(IArchRule rule)
    {
        var broken = rule.Evaluate(Loaded).Where(result => !result.Passed).Select(result => result.Description);

        Assert.Equal("", string.Join('\n', broken)); // a text, so that a failure shows all of it
    }
}
