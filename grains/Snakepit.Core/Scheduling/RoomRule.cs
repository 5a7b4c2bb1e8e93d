namespace Snakepit.Core.Scheduling;

/// <summary>How waiting calls of one shard are spread over the free places of others. Pure.</summary>
public static class RoomRule
{
    /// <summary>Takes places evenly: the shard with the most free places left gives the next one.</summary>
    /// <param name="waiting">Calls that wait.</param>
    /// <param name="room">Free places of each other shard; less than one for none.</param>
    /// <returns>How many calls go to each, in the order of <paramref name="room"/>.</returns>
    public static int[] Share(int waiting, IReadOnlyList<int> room)
    {
        var shares = new int[room.Count];
        for (var left = waiting; left > 0; left--)
        {
            var best = -1;
            for (var i = 0; i < shares.Length; i++)
            {
                if (room[i] > shares[i] && (best < 0 || room[i] - shares[i] > room[best] - shares[best]))
                    best = i;
            }

            if (best < 0)
                break;
            shares[best]++;
        }

        return shares;
    }
}
