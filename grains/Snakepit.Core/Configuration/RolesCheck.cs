using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>Checks the names of roles. They have the form of the names of pools, so that letter case cannot make two of one.</summary>
internal static class RolesCheck
{
    public static IEnumerable<OptionMistake> Mistakes(IReadOnlyList<string> roles, string path) =>
        from pair in roles.Index()
        where !PoolName.IsValid(pair.Item)
        select new OptionMistake($"{path}:{pair.Index}", pair.Item, PoolName.Rule);
}
