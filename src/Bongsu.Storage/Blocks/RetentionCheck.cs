namespace Bongsu.Storage.Blocks;

/// <summary>Looks whether rewriting a block would free anything.</summary>
internal static class RetentionCheck
{
    /// <summary>Whether a series of the block is wholly past its retention.</summary>
    public static bool HasExpired(MetricBlock block, RetentionRules rules, long runningMs)
    {
        block.Touch(runningMs);
        var warnings = new List<string>();
        for (var number = 0; number < block.PageCount; number++)
        {
            if (block.Page(number, warnings) is not { } page)
                return false;
            for (var i = 0; i < page.Count; i++)
            {
                var max = long.MinValue;
                foreach (var chunk in page.Chunks(i))
                    max = Math.Max(max, chunk.MaxMs);
                if (max < rules.OldestOf(page.Labels(i)))
                    return true;
            }
        }
        return false;
    }
}
