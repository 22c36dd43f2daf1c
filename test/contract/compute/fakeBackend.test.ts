/** The fake keeps the port's promises too, or tests over it would prove nothing. */
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { describeJobs } from './jobCases.ts';

describeJobs({
  name: 'the fake backend',
  async open() {
    const backend = new FakeBackend({ autoplay: true });
    const nothing = async () => [];
    return {
      backend,
      restart: () => backend,
      scratch: null,
      traces: nothing,
      placesOf: nothing,
      close: async () => {},
    };
  },
});
