using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.Core.Failures;

/// <summary>The number of workers that a person may give a pool.</summary>
public static class PoolSizeRule
{
    /// <exception cref="SnakepitException">It is out of the range of the option PoolSize.</exception>
    public static void Check(int? size)
    {
        if (size is < PoolOptions.SmallestSize or > PoolOptions.LargestSize)
        {
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest,
                $"A pool cannot have {size} workers on a silo; allowed is {PoolOptions.SmallestSize} to {PoolOptions.LargestSize}.");
        }
    }
}
