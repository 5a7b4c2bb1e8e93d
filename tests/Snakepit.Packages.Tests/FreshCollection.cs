namespace Snakepit.Packages.Tests;

/// <summary>Tests of what is made from sources share one fresh checkout and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class FreshCollection : ICollectionFixture<FreshCheckout>
{
    public const string Name = "fresh checkout";
}
