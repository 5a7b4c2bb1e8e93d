using Snakepit.Core.Configuration;

namespace Snakepit.Core.Tests.Configuration;

public sealed class ConfigNodeTests
{
    [Fact]
    public void Flat_keys_become_a_tree()
    {
        var root = ConfigNode.FromFlat("Snakepit", [new("Pools:0:Name", "gpu")]);

        Assert.Equal("gpu", root.Child("Pools").Child("0").Child("Name").Value);
    }

    [Fact]
    public void A_node_knows_its_path()
    {
        var root = ConfigNode.FromFlat("Snakepit", [new("Pools:0:Name", "gpu")]);

        Assert.Equal("Snakepit:Pools:0:Name", root.Child("Pools").Child("0").Child("Name").Path);
    }

    [Fact]
    public void A_node_without_a_root_name_starts_with_its_own()
    {
        Assert.Equal("Pools", new ConfigNode("").Child("Pools").Path);
    }

    [Fact]
    public void Names_compare_without_case()
    {
        var root = ConfigNode.FromFlat("", [new("PoolSize", "4"), new("poolsize", "5")]);

        Assert.Equal("5", Assert.Single(root.Children).Value.Value);
    }

    [Fact]
    public void A_missing_value_does_not_hide_one()
    {
        var root = ConfigNode.FromFlat("", [new("PoolSize", "4"), new("PoolSize", null)]);

        Assert.Equal("4", root.Child("PoolSize").Value);
    }

    [Fact]
    public void Index_10_comes_after_9()
    {
        var root = ConfigNode.FromFlat("", Enumerable.Range(0, 12).Reverse().Select(i => new KeyValuePair<string, string?>($"{i}", "")));

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"{i}"), root.Children.Keys);
    }

    [Fact]
    public void Indices_come_before_names()
    {
        var root = ConfigNode.FromFlat("", [new("b", ""), new("10", ""), new("1a", ""), new("A", ""), new("2", "")]);

        Assert.Equal(["2", "10", "1a", "A", "b"], root.Children.Keys);
    }

    [Fact]
    public void Different_spellings_of_a_number_are_different_names()
    {
        var root = ConfigNode.FromFlat("", [new("1", "one"), new("01", "zero one"), new("+1", "plus one")]);

        Assert.Equal(3, root.Children.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_the_order_of_keys_each_is_found_again(int seed)
    {
        var random = new Random(seed);
        var keys = Enumerable.Range(0, 300).SelectMany(i => new[] { $"{i}", $"{i:x2}" }).Distinct().ToArray();
        random.Shuffle(keys);
        var root = new ConfigNode("");
        foreach (var key in keys)
            root.Child(key).Value = key;

        Assert.All(keys, key => Assert.Equal(key, root.Child(key).Value));
    }

    [Fact]
    public void A_section_without_values_is_not_empty()
    {
        var root = ConfigNode.FromFlat("", [new("Pools:0", null)]);

        Assert.Equal((false, true), (root.IsEmpty, root.Child("Pools").Child("0").IsEmpty));
    }
}
