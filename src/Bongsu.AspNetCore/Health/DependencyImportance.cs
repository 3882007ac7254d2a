namespace Bongsu.AspNetCore;

/// <summary>What losing a dependency means.</summary>
public enum DependencyImportance
{
    /// <summary>The service cannot answer without it, so it is not ready.</summary>
    Hard,

    /// <summary>The service degrades but stays ready.</summary>
    Soft,
}
